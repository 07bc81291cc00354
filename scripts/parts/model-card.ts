import type { ModelCard, ModelConfig, Recipe } from '#lstm';
import type { Evaluation } from '#training';

export type CardFacts = {
  readonly about: ModelCard;
  readonly config: ModelConfig;
  readonly recipe: Recipe;
  readonly parameters: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Of training. */
  readonly hours: number;
  readonly novels: readonly {
    readonly title: string;
    readonly characters: number;
    readonly chapters: number;
  }[];
  /** On held-out chapters; the first of all novels together. */
  readonly scores: readonly (Evaluation & { readonly title: string })[];
  readonly samples: readonly string[];
  /** Where the scores and samples were made. */
  readonly machine: Readonly<
    Record<'processor' | 'instructions' | 'node' | 'onnxruntime' | 'commit', string>
  >;
  readonly temperature: number;
};

const thousands = (n: number): string => Math.round(n).toLocaleString('en');

/** The model card, as Markdown. */
export function modelCard(facts: CardFacts): string {
  const { about, config, recipe, novels, scores } = facts;
  const rows = scores.map(
    (s) =>
      `| ${s.title} | ${thousands(s.characters)} | ${s.bitsPerCharacter.toFixed(3)} | ${s.perplexity.toFixed(1)} | ${(100 * s.unknownShare).toFixed(2)} % |`,
  );
  const books = novels.map((n) => `| ${n.title} | ${n.chapters} | ${thousands(n.characters)} |`);
  const samples = facts.samples.map((text, i) => `${i + 1}. ${text.replaceAll('\n', '\n   ')}`);
  return `# The starter model

A small LSTM that has read three classical Chinese novels and writes on in their voice, character by character. It
comes along so that \`npm start\` works at once, and it can be trained on (\`npm run train -- --from models/starter …\`).

## What it is
One LSTM of ${config.hidden} units, embeddings of ${config.embedding}, the output tied to the embedding through a projection; ${thousands(config.vocabulary)}
tokens; ${thousands(facts.parameters)} parameters, stored in half precision (${(facts.bytes / 1e6).toFixed(1)} MB).

## What it read
Public-domain novels of the 14th to 18th centuries, cleaned by our own cleaner and converted to Simplified characters.
One chapter in twenty was held out. The novels themselves are not part of this project.

| novel | chapters | characters |
|---|---|---|
${books.join('\n')}

## How it was trained
\`npm run train:starter\`: batches of ${recipe.batch} streams, windows of ${recipe.window} with the state carried over, AdamW (peak ${recipe.learningRate},
β ${recipe.beta1} and ${recipe.beta2}, weight decay ${recipe.weightDecay}), warm-up and cosine, gradients clipped at ${recipe.clipNorm}, dropout ${recipe.inputDropout} on embeddings and
${recipe.outputDropout} before the output. ${thousands(about.tokensRead)} characters read until the best evaluation; ${facts.hours.toFixed(1)} hours on two CPU cores that had
other work beside it.

![Loss while training](loss.png)

## How well it does
On the chapters held out, read character by character with the state carried; the file as it is shipped.
Scores and samples by \`npm run train:starter -- --publish-only\` (commit ${facts.machine.commit}, ${facts.machine.processor}:
${facts.machine.instructions}; Node ${facts.machine.node}, ONNX Runtime ${facts.machine.onnxruntime}).

| text | characters | bits per character | perplexity | unknown characters |
|---|---|---|---|---|
${rows.join('\n')}

## Ten samples
Temperature ${facts.temperature}, seeds 1 to 10, none left out. The first clause of each is the opening it was given.

${samples.join('\n')}

## Limits
It knows the novels' words, names and turns of phrase, not their plots: a passage sounds right and leads nowhere. It
forgets within a few hundred characters, mixes the people of three books, and calls modern things by no name. It has
read the manners and cruelties of its centuries and repeats them. It writes Simplified; Traditional is converted.
`;
}
