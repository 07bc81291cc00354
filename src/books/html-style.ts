import type { BookLanguage } from './book.ts';
import { authorColours, paper } from './palette.ts';

/** Fonts that systems bring along; the same code points have other shapes in other countries. */
const FONTS: Readonly<Record<BookLanguage, string>> = {
  'zh-Hans':
    '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"',
  'zh-Hant':
    '"PingFang TC", "PingFang HK", "Microsoft JhengHei", "Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC"',
  en: '"PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC"',
};

/** The style sheet of an html book. */
export function htmlStyle(language: BookLanguage): string {
  const indent = language === 'en' ? '1.5em' : '2em';
  return `
:root { ${colours('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${colours('dark')} } }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3rem 1.25rem; max-width: calc(38em + 2.5rem);
  background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.8 system-ui, ${FONTS[language]}, sans-serif;
  overflow-wrap: anywhere; line-break: strict; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
header { margin-bottom: 2.5rem; text-align: center; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.4; text-wrap: balance; }
header p, aside, label, footer { color: var(--faint); font-size: .9rem; }
header p { margin: 0; }
main { max-width: 38em; margin: 1.5rem auto; }
main p { margin: 0; text-indent: ${indent}; text-align: justify; hanging-punctuation: allow-end; }
#colours { width: 1rem; height: 1rem; margin: 0 .4rem 0 0; vertical-align: -.15em; accent-color: var(--by-1); }
#colours:focus-visible { outline: 2px solid var(--by-1); outline-offset: 2px; }
label { cursor: pointer; }
aside ul { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .3rem 0 0; padding: 0; list-style: none; }
aside li { color: var(--ink); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--faint); text-align: center; }
footer p { margin: 0; }
#colours:not(:checked) ~ aside { display: none; }
${authorColours.map((_, i) => `#colours:checked ~ * .by-${i + 1} { color: var(--by-${i + 1}); }`).join('\n')}
@page { margin: 2cm; }
@media print {
  body { max-width: none; padding: 0; background: none; font-size: 11pt; }
  main { max-width: none; }
  main p { orphans: 2; widows: 2; }
  #colours, label { display: none; }
}
`;
}

function colours(mode: 'light' | 'dark'): string {
  const own = Object.entries(paper[mode]);
  const authors = authorColours.map((colour, index) => [`by-${index + 1}`, colour[mode]]);
  return [...own, ...authors].map(([name, value]) => `--${name}: ${value};`).join(' ');
}
