import { expect, test } from 'vitest';
import { catalogues } from '#i18n';
import { readable } from './message.ts';

const PREFIX = 'errors.';

const head = `# Errors

What xuxie can say when something is not as it should be and you can mend it. Each sentence has a code, the
same in every language; a name in ‹ › is filled in. Anything that is not on this page is a bug of ours: it is
shown with a number, and we are glad to be told.

This page follows the catalogue: \`npm run docs:errors\` writes it anew and a test compares it.
`;

test('docs/errors.md lists exactly the errors of the catalogue', async () => {
  const codes = Object.keys(catalogues.en).filter((key) => key.startsWith(PREFIX));
  const areas = Object.groupBy(codes.sort(), (key) => key.split('.')[1] ?? '');
  const sections = Object.entries(areas).map(([area, own = []]) => {
    const rows = own.map((key) => `| \`${key.slice(PREFIX.length)}\` | ${cell(catalogues.en[key] ?? '')} |`);
    return `\n## ${area}\n\n| code | sentence |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  await expect(head + sections.join('')).toMatchFileSnapshot('../../docs/errors.md');
});

const cell = (message: string): string =>
  readable(message, 'en')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
