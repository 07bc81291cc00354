import type { Vocabulary } from '#text';

export type Script = 'simplified' | 'traditional';

/** “ ” ‘ ’ or 「 」 『 』. */
export type Quotes = 'curly' | 'corner';

/** What people type, told to a model in its own script and quotation marks. */
export type Folded = {
  readonly text: string;
  /** The script it was typed in, if that is certain and not the model's. */
  readonly script?: Script;
  /** The quotation marks it was typed with, if there are any. */
  readonly quotes?: Quotes;
};

const MARKS = { curly: '“”‘’', corner: '「」『』' } as const;
const PHRASE_END = /[\p{P}\n]$/u;

/**
 * Puts a text into the script of a model, and its quotation marks into the model's: a model that has learnt “ would
 * close a 「 with ”. A text whose characters the model all knows keeps them, at no cost: the conversion tables are
 * loaded at the first that it does not know.
 */
export async function foldScript(
  text: string,
  vocabulary: Vocabulary,
  model: Script | 'other',
): Promise<Folded> {
  if (model === 'other') return { text };
  const typed = /[“”‘’「」『』]/.exec(text)?.[0];
  const quotes = typed && { quotes: MARKS.curly.includes(typed) ? ('curly' as const) : ('corner' as const) };
  const marked = swapQuotes(text, quotesOf(vocabulary, model));
  if ([...marked].every((c) => vocabulary.has(c))) return { text: marked, ...quotes };
  const converted = (await converter(model))(marked);
  const script = model === 'simplified' ? 'traditional' : 'simplified';
  return { text: converted, ...(converted !== marked && { script }), ...quotes };
}

/** The quotation marks that a model uses: those it has seen more of. */
function quotesOf(vocabulary: Vocabulary, script: Script): Quotes {
  const [curly, corner] = ['“', '「'].map((mark) =>
    vocabulary.has(mark) ? vocabulary.encode(mark)[0]! : Infinity,
  );
  if (curly === corner) return quotesIn(script);
  return curly! < corner! ? 'curly' : 'corner';
}

/** The quotation marks that go with a script. */
const quotesIn = (script: Script): Quotes => (script === 'simplified' ? 'curly' : 'corner');

/** A whole text in a script, quotation marks too. */
export async function toScript(text: string, script: Script): Promise<string> {
  return swapQuotes((await converter(script))(text), quotesIn(script));
}

/** The script in which a text is certainly written: converting it to the other changes it, to this one does not. */
export async function scriptOf(text: string): Promise<Script | undefined> {
  const [simplify, traditionalise] = await Promise.all([converter('simplified'), converter('traditional')]);
  const [isSimplified, isTraditional] = [simplify(text) === text, traditionalise(text) === text];
  if (isSimplified === isTraditional) return undefined;
  return isSimplified ? 'simplified' : 'traditional';
}

/**
 * The same text as another hand writes it: in `script`, with `quotes` or else the quotation marks that go with the
 * script. It comes phrase by phrase where characters change, since a character's form can depend on its neighbours
 * (发 → 發, 髮), but not across a punctuation mark. Returns what the source returns.
 */
export async function* inScript<R>(
  source: AsyncGenerator<string, R>,
  script: Script | undefined,
  quotes?: Quotes,
): AsyncGenerator<string, R> {
  const convert = script ? await converter(script) : undefined;
  const marks = quotes ?? (script && quotesIn(script));
  let phrase = '';
  let ended: { readonly value: R } | undefined;
  try {
    while (!ended) {
      const next = await source.next();
      if (next.done) ended = next;
      else phrase += next.value;
      if (phrase !== '' && (ended || !convert || PHRASE_END.test(phrase))) {
        const written = convert ? convert(phrase) : phrase;
        yield marks ? swapQuotes(written, marks) : written;
        phrase = '';
      }
    }
    return ended.value;
  } finally {
    // Whoever leaves this leaves the source: nobody reads what it would still make.
    if (!ended) await source.return(undefined as R);
  }
}

const converters = new Map<Script, Promise<(text: string) => string>>();

/**
 * Building the tables takes a fifth of a second, so each is built once, when first needed. Characters only, not
 * Taiwan's words for things: those would make 資訊 of an old novel's 信息.
 */
function converter(to: Script): Promise<(text: string) => string> {
  let made = converters.get(to);
  if (!made) {
    made =
      to === 'simplified'
        ? import('opencc-js/t2cn').then(({ Converter }) => Converter({ from: 'tw', to: 'cn' }))
        : import('opencc-js/cn2t').then(({ Converter }) => Converter({ from: 'cn', to: 'tw' }));
    converters.set(to, made);
  }
  return made;
}

function swapQuotes(text: string, to: Quotes): string {
  const from = MARKS[to === 'curly' ? 'corner' : 'curly'];
  return text.replace(/[“”‘’「」『』]/g, (c) => (from.includes(c) ? MARKS[to][from.indexOf(c)]! : c));
}
