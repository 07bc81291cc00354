import { table } from '#cli';
import type { MessageKey, Translator } from '#i18n';
import type { ModelRegistry, VersionInfo } from '#registry';

/** What `npm run model -- list` prints: the versions of all lines, or of one. */
export function listVersions(registry: ModelRegistry, t: Translator, line?: string): string {
  const heads = (['version', 'line', 'title', 'bits', 'verdict', 'created', 'role'] as const).map((column) =>
    t(`registry.column.${column}`),
  );
  const lines = line === undefined ? registry.lines() : [line];
  const rows = lines.flatMap((name) => {
    const role = rolesIn(registry, name, t);
    return registry
      .versions(name)
      .map((version) => [
        version.id,
        version.line,
        version.title,
        version.scores.heldOutBits?.toFixed(3) ?? t('registry.none'),
        t(`registry.verdict.${version.verdict}`),
        whenOf(version, t),
        role(version.id),
      ]);
  });
  return table([heads, ...rows]).trimEnd();
}

/** What `npm run model -- show` prints. */
export function describeVersion(registry: ModelRegistry, version: VersionInfo, t: Translator): string {
  const { id, line, title, base, vocabulary, data, settings, scores, verdict, reason, path } = version;
  const none = t('registry.none');
  const told = (values: object): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join(', ') || none;
  const rows: [MessageKey, string][] = [
    ['registry.column.version', id],
    ['registry.column.line', line],
    ['registry.column.role', rolesIn(registry, line, t)(id) || none],
    ['registry.column.title', title],
    ['registry.column.created', whenOf(version, t)],
    ['registry.column.verdict', t(`registry.verdict.${verdict}`)],
    ['registry.detail.reason', reason ?? none],
    ['registry.detail.scores', told(scores)],
    ['registry.detail.base', base ?? none],
    ['registry.detail.settings', told(settings)],
    ['registry.detail.data', data.join(', ') || none],
    ['registry.detail.vocabulary', vocabulary],
    ['registry.detail.path', path],
  ];
  const heads = rows.map(([key]) => [t(key)]);
  const padded = table(heads).split('\n');
  const width = Math.max(...padded.map((head) => head.length));
  return rows.map(([, value], i) => `${padded[i]!.padEnd(width)}   ${value}`).join('\n');
}

/** Which part a version plays in its line, in words; empty for most. */
function rolesIn(registry: ModelRegistry, line: string, t: Translator): (id: string) => string {
  const current = registry.current(line).id;
  const previous = registry.previous(line);
  return (id) => {
    if (id === current) return t('registry.role.current');
    return id === previous ? t('registry.role.previous') : '';
  };
}

const whenOf = ({ createdAt }: VersionInfo, t: Translator): string =>
  new Intl.DateTimeFormat(t.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(createdAt);
