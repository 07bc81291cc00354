import type { Vocabulary } from '#text';

export type Script = 'simplified' | 'traditional';

/** What people type, told to a model in its own script. */
export type Folded = {
  readonly text: string;
  /** The script it was typed in, if that is certain and not the model's. */
  readonly script?: Script;
};

const QUOTES = { simplified: '“”‘’', traditional: '「」『』' } as const;
const PHRASE_END = /[\p{P}\n]$/u;

/**
 * Puts a text into the script of a model. A text whose characters the model all knows is left alone and costs
 * nothing: the conversion tables are loaded at the first that it does not know.
 */
export async function foldScript(
  text: string,
  vocabulary: Vocabulary,
  model: Script | 'other',
): Promise<Folded> {
  if (model === 'other' || [...text].every((c) => vocabulary.has(c))) return { text };
  const converted = (await converter(model))(text);
  const folded = swapQuotes(converted, model);
  if (converted === text) return { text: folded };
  return { text: folded, script: model === 'simplified' ? 'traditional' : 'simplified' };
}

/** A whole text in a script, quotation marks too. */
export async function toScript(text: string, script: Script): Promise<string> {
  return swapQuotes((await converter(script))(text), script);
}

/** The script in which a text is certainly written: converting it to the other changes it, to this one does not. */
export async function scriptOf(text: string): Promise<Script | undefined> {
  const [simplify, traditionalise] = await Promise.all([converter('simplified'), converter('traditional')]);
  const [isSimplified, isTraditional] = [simplify(text) === text, traditionalise(text) === text];
  if (isSimplified === isTraditional) return undefined;
  return isSimplified ? 'simplified' : 'traditional';
}

/**
 * The same text in another script, quotation marks too, phrase by phrase as it comes: a character's form can
 * depend on its neighbours (发 → 發, 髮), but not across a punctuation mark. Returns what the source returns.
 */
export async function* inScript<R>(
  source: AsyncGenerator<string, R>,
  script: Script,
): AsyncGenerator<string, R> {
  const convert = await converter(script);
  let phrase = '';
  for (;;) {
    const next = await source.next();
    if (!next.done) phrase += next.value;
    if (phrase !== '' && (next.done || PHRASE_END.test(phrase))) {
      yield swapQuotes(convert(phrase), script);
      phrase = '';
    }
    if (next.done) return next.value;
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

function swapQuotes(text: string, to: Script): string {
  const from = QUOTES[to === 'simplified' ? 'traditional' : 'simplified'];
  return text.replace(/[“”‘’「」『』]/g, (c) => (from.includes(c) ? QUOTES[to][from.indexOf(c)]! : c));
}
