import type { IForbiddenRuleType } from 'dependency-cruiser';

/** What each folder of src/ may import. `types` marks arrows that exist for the compiler only. */
const arrows: Readonly<
  Record<string, { readonly to?: readonly string[]; readonly types?: readonly string[] }>
> = {
  errors: {},
  random: {},
  text: { to: ['errors', 'random'] },
  lstm: { to: ['errors', 'random'] },
  i18n: { to: ['errors'] },
  storage: { to: ['errors'] },
  books: { to: ['errors'] },
  engines: { to: ['errors', 'random', 'lstm'] },
  registry: { to: ['errors', 'lstm', 'text'] },
  generation: { to: ['errors', 'random', 'engines', 'registry', 'text', 'lstm'], types: ['storage'] },
  training: { to: ['errors', 'random', 'engines', 'lstm', 'text'], types: ['i18n'] },
  evaluation: { to: ['text'] },
  cli: { to: ['errors', 'config', 'i18n'], types: ['text', 'training'] },
  stories: { to: ['errors', 'random', 'generation'], types: ['storage', 'books'] },
  community: { to: ['errors', 'random', 'text'], types: ['storage'] },
  retraining: { to: ['errors', 'random', 'training', 'registry', 'community'] },
  dispatch: { to: ['errors', 'i18n'], types: ['stories', 'community', 'registry', 'retraining'] },
  outbox: { to: ['errors'], types: ['storage'] },
  platforms: {
    to: ['errors', 'i18n', 'dispatch', 'outbox', 'generation', 'stories', 'books'],
    types: ['engines', 'random'],
  },
};

/** Files that wire the parts together; only they may choose an engine or a platform. */
const roots =
  '^(src/(app|main|open-core|open-model|prepare-model|generation-worker)\\.ts$|src/retraining/(job|trainer)\\.ts$|scripts/|bench/|test/)';

/** Libraries that belong to one folder. */
const homes = {
  'onnxruntime-node': 'src/engines/onnx',
  '@tensorflow/tfjs-node': 'src/engines/tfjs',
  'discord\\.js': 'src/platforms/discord',
  '(grammy|@grammyjs/[^/]+)': 'src/platforms/telegram',
  '(fastify|@fastify/[^/]+)': 'src/platforms/web',
};

const anyOf = (folders: readonly string[]) => `(${folders.join('|')})`;
const inside = (folders: readonly string[]) => (folders.length ? [`^src/${anyOf(folders)}(/|\\.ts$)`] : []);

const folderRules: IForbiddenRuleType[] = Object.entries(arrows).map(([folder, { to = [], types = [] }]) => ({
  name: `arrow-${folder}`,
  comment: `src/${folder} imports ${[...to, ...types.map((t) => `types of ${t}`)].join(', ') || 'no other folder'}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: roots },
  to: { path: '^(src|commands|scripts|bench|test)/', pathNot: inside([folder, ...to, ...types]) },
}));

const typeRules: IForbiddenRuleType[] = Object.entries(arrows)
  .filter(([, { types }]) => types)
  .map(([folder, { types = [] }]) => ({
    name: `types-only-${folder}`,
    comment: `src/${folder} imports ${types.join(', ')} by "import type" only`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: `^src/${anyOf(types)}/`, dependencyTypesNot: ['type-only'] },
  }));

const homeRules: IForbiddenRuleType[] = Object.entries(homes).map(([library, home]) => ({
  name: `home-${home.split('/').at(-1)}`,
  comment: `${library} is used in ${home} only`,
  severity: 'error',
  from: { path: '^(src|commands|scripts)/', pathNot: `^${home}/` },
  to: { path: `(^|node_modules/)${library}(/|$)` },
}));

/**
 * The arrows of the house (docs/architecture.md), as rules for dependency-cruiser. `npm run arrows` runs
 * them and test/arrows.test.ts plants a violation of each. Folders of later parts stand here already, so
 * that the first file written into them meets its rule.
 */
export const arrowRules: IForbiddenRuleType[] = [
  {
    name: 'known-folder',
    comment: 'a new folder of src/ needs its arrows in scripts/check/arrow-rules.ts',
    severity: 'error',
    from: { path: '^src/[^/]+/', pathNot: inside(Object.keys(arrows)) },
    to: {},
  },
  ...folderRules,
  ...typeRules,
  ...homeRules,
  {
    name: 'commands-know-dispatch-only',
    comment: 'a command is a declaration: it imports src/dispatch and zod',
    severity: 'error',
    from: { path: '^commands/' },
    to: { path: '.', pathNot: ['^commands/', '^src/dispatch/', '(^|node_modules/)zod(/|$)'] },
  },
  {
    name: 'through-the-door',
    comment: 'another folder is entered by its index.ts (src/engines by engine.ts) only',
    severity: 'error',
    from: { path: '^(src/([^/]+)|commands|scripts|bench)(/|\\.ts$)' },
    to: {
      path: '^src/[^/]+/',
      pathNot: [
        '^src/$2/',
        '^src/[^/]+/index\\.ts$',
        '^src/(engines|platforms)/[^/]+/index\\.ts$',
        '^src/engines/engine\\.ts$',
        '^src/platforms/platform\\.ts$',
      ],
    },
  },
  {
    name: 'siblings-apart',
    comment: 'engines do not know each other, nor do platforms',
    severity: 'error',
    from: { path: '^src/(engines|platforms)/([^/]+)/' },
    to: { path: '^src/$1/[^/]+/', pathNot: '^src/$1/$2/' },
  },
  {
    name: 'roots-choose',
    comment: 'only a root imports an engine or a platform',
    severity: 'error',
    from: { path: '^(src|commands)/', pathNot: [roots, '^src/(engines|platforms)/[^/]+/'] },
    to: { path: '^src/(engines|platforms)/[^/]+/' },
  },
  {
    name: 'roots-stand-apart',
    comment: 'app.ts and main.ts are started, not imported',
    severity: 'error',
    from: { path: '^(src|commands)/', pathNot: '^src/main\\.ts$' },
    to: { path: '^src/(app|main)\\.ts$' },
  },
  {
    name: 'no-cycles',
    comment: 'two files that import each other are one',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'environment-by-config',
    comment: 'the environment is read in src/config.ts only',
    severity: 'error',
    from: { path: '^(src|commands|scripts)/', pathNot: '^src/config\\.ts$' },
    to: { path: '^(node:)?process$' },
  },
];
