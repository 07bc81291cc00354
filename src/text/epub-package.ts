import { Parser } from 'htmlparser2';

/** A page of the spine: its path relative to the package document, and whether it may hold story. */
export type SpineItem = { readonly href: string; readonly story: boolean };

const NOT_STORY = /^(?:cover|toc|title-?page|copyright-?page|index|loi|lot|colophon|landmarks)$/i;

/** Title and reading order out of an .epub's package document (OPF). */
export function parsePackage(xml: string): {
  readonly title: string | undefined;
  readonly spine: SpineItem[];
} {
  const manifest = new Map<string, { href: string; nav: boolean }>();
  const order: { id: string; linear: boolean }[] = [];
  const guide = new Set<string>();
  let title: string | undefined;
  let inTitle = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const local = name.replace(/^.*:/, '');
        if (local === 'item' && attributes.id !== undefined && attributes.href !== undefined) {
          const nav = /\b(?:nav|cover-image)\b/.test(attributes.properties ?? '');
          manifest.set(attributes.id, { href: plainPath(attributes.href), nav });
        } else if (local === 'itemref' && attributes.idref !== undefined) {
          order.push({ id: attributes.idref, linear: attributes.linear !== 'no' });
        } else if (local === 'reference' && NOT_STORY.test(attributes.type ?? '')) {
          guide.add(plainPath(attributes.href ?? ''));
        } else if (local === 'title' && title === undefined) {
          inTitle = true;
          title = '';
        }
      },
      ontext(text) {
        if (inTitle) title += text;
      },
      onclosetag(name) {
        if (/(?:^|:)title$/.test(name)) inTitle = false;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  const spine = order.flatMap(({ id, linear }) => {
    const item = manifest.get(id);
    return item ? [{ href: item.href, story: linear && !item.nav && !guide.has(item.href) }] : [];
  });
  return { title: title?.trim() || undefined, spine };
}

function plainPath(href: string): string {
  const path = href.replace(/#.*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
