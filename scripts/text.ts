/** Shows how a novel is read and cleaned, without training on it. */
import { formatReport, parseFlags, runCommand } from '#cli';
import { writeAtomically } from '#lstm';
import { readNovel } from '#text';

await runCommand(async (t) => {
  const flags = parseFlags({
    command: 'text',
    flags: {
      file: { kind: 'text', required: true, positional: true },
      encoding: { kind: 'text' },
      convert: { kind: 'choice', choices: ['none', 'simplified', 'traditional'], default: 'none' },
      output: { kind: 'text' },
      json: { kind: 'switch' },
    },
  });
  const { file, encoding, convert, output, json } = flags;
  const novel = await readNovel(file, { convert, encoding });
  if (output !== undefined) writeAtomically(output, Buffer.from(`${novel.text}\n`));
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...novel, text: undefined })}\n`);
    return;
  }
  process.stdout.write(formatReport(novel, t));
  if (output !== undefined) process.stdout.write(`${t('text.report.written', { path: output })}\n`);
});
