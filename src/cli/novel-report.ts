import type { Translator } from '#i18n';
import type { ChangeReason, CleaningEntry, KeptNovel, Novel, RemovalReason } from '#text';

const SHOWN_FIRST = 3;
const PREVIEW_CHARACTERS = 60;

/** What `npm run text` prints of a novel: encoding, its first lines, chapters, size, and what cleaning did. */
export function formatReport(novel: Novel, t: Translator): string {
  const { title, encoding, preview, chapters, text, characters, distinct, report } = novel;
  const titles = chapters.map((chapter, i) => `${i + 1}. ${chapter.title}`);
  const shown =
    titles.length > SHOWN_FIRST + 1 ? [...titles.slice(0, SHOWN_FIRST), '…', titles.at(-1)!] : titles;
  return [
    title,
    '',
    t('text.report.encoding', { name: encoding.name, evidence: t(`text.evidence.${encoding.evidence}`) }),
    t('text.report.preview'),
    ...preview.map((line) => `  ${shorten(line)}`),
    '',
    t('text.report.chapters', { count: chapters.length }),
    ...shown.map((line) => `  ${line}`),
    t('text.report.characters', {
      characters,
      lines: text.split('\n').length,
      distinct,
    }),
    '',
    t('text.report.removed'),
    ...entries(report.removed, (reason) => t(`text.removed.${reason as RemovalReason}`), t),
    '',
    t('text.report.changed'),
    ...entries(report.changed, (reason) => t(`text.changed.${reason as ChangeReason}`), t),
    '',
  ].join('\n');
}

/** What `npm run novel -- list` prints. */
export function formatNovels(novels: readonly KeptNovel[], t: Translator): string {
  if (novels.length === 0) return `${t('text.novel.none')}\n`;
  return novels
    .map(({ line, title, characters, chapters }) =>
      t('text.novel.entry', { line, title, characters, chapters: chapters.length }).concat('\n'),
    )
    .join('');
}

/** What `npm run novel -- add` prints of a novel that now stands at `path`. */
export function formatKept(
  { line, title, characters, chapters }: KeptNovel,
  path: string,
  t: Translator,
): string {
  return `${t('text.novel.added', { line, title, characters, chapters: chapters.length, path })}\n`;
}

function entries(
  found: Readonly<Record<string, CleaningEntry>>,
  name: (reason: string) => string,
  t: Translator,
): string[] {
  const sorted = Object.entries(found).sort(
    ([, a], [, b]) => b.characters - a.characters || b.count - a.count,
  );
  if (sorted.length === 0) return [`  ${t('text.report.nothing')}`];
  return sorted.flatMap(([reason, { count, characters, examples }]) => {
    const what = name(reason);
    const head = characters
      ? t('text.report.entry', { what, count, characters })
      : t('text.report.entry-count', { what, count });
    const lines = examples
      .filter(({ text }) => text.trim() !== '')
      .map(
        ({ line, text }) => `      ${line ? t('text.report.example', { line, text: shorten(text) }) : text}`,
      );
    return [`  ${head}`, ...lines];
  });
}

function shorten(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length > PREVIEW_CHARACTERS
    ? `${characters.slice(0, PREVIEW_CHARACTERS).join('')}…`
    : characters.join('');
}
