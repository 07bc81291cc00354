import { IntlMessageFormat } from 'intl-messageformat';

/** The element kinds of a parsed ICU message. */
const LITERAL = 0;
const SELECT = 5;
const PLURAL = 6;
const POUND = 7;

type Element = {
  readonly type: number;
  readonly value: string;
  readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>>;
};

function parse(message: string, locale: string): readonly Element[] {
  return new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).getAst() as Element[];
}

/** The parameters of a message, sorted; a choice among words is named with them: `kind(pdf|zip|other)`. */
export function parametersOf(message: string, locale: string): string[] {
  const names = new Set<string>();
  const collect = (elements: readonly Element[]): void => {
    for (const { type, value, options } of elements) {
      if (type === LITERAL || type === POUND) continue;
      names.add(
        type === SELECT
          ? `${value}(${Object.keys(options ?? {})
              .sort()
              .join('|')})`
          : value,
      );
      for (const option of Object.values(options ?? {})) collect(option.value);
    }
  };
  collect(parse(message, locale));
  return [...names].sort();
}

/** The message for a reader of the manual: `‹name›` for a parameter, the general form of a choice. */
export function readable(message: string, locale: string): string {
  const write = (elements: readonly Element[], counted: string): string =>
    elements
      .map(({ type, value, options }) => {
        if (type === LITERAL) return value;
        if (type === POUND) return `‹${counted}›`;
        if (type === SELECT || type === PLURAL) return write(options?.other?.value ?? [], value);
        return `‹${value}›`;
      })
      .join('');
  return write(parse(message, locale), '');
}
