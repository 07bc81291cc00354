/** What may stand behind a command. */
export type Takes =
  | 'nothing'
  | 'temperature'
  | 'length'
  | 'passage'
  | 'two-passages'
  | 'version'
  | 'story'
  | 'name'
  | 'name-or-number'
  | 'text'
  | 'title'
  | 'branch'
  | 'line'
  | 'format'
  | 'command'
  | 'trash'
  | 'tree';

export const groups = ['keys', 'tree', 'passages', 'stories', 'books'] as const;

type CommandSpec = {
  /** Single characters that stand for it. */
  readonly keys?: readonly string[];
  readonly takes: Takes;
  /** Whether it also does something with nothing behind it. */
  readonly alone?: true;
  /** Under which heading the help has it; `keys` are those that everybody needs. */
  readonly group: (typeof groups)[number];
  /** Whether one word behind it makes a command of the line without a slash: no sentence of a story looks like that. */
  readonly oneWord?: true;
};

/**
 * All that can be asked for in the chat. The parser reads this table and the help prints it, so they agree; its words
 * are `chat.words.NAME` in the catalogues, those of all languages at once, the first of them the usual one.
 */
export const commands = {
  go: { takes: 'nothing', group: 'keys' },
  again: { keys: ['r'], takes: 'nothing', group: 'keys' },
  older: { keys: ['<', '《'], takes: 'nothing', group: 'keys' },
  newer: { keys: ['>', '》'], takes: 'nothing', group: 'keys' },
  undo: { keys: ['u'], takes: 'nothing', group: 'keys' },
  redo: { keys: ['U'], takes: 'nothing', group: 'keys' },
  temperature: { keys: ['t'], takes: 'temperature', group: 'keys' },
  length: { keys: ['l'], takes: 'length', group: 'keys' },
  help: { keys: ['?'], takes: 'command', alone: true, group: 'keys' },
  quit: { keys: ['q'], takes: 'nothing', group: 'keys' },
  tree: { takes: 'tree', alone: true, group: 'tree' },
  goto: { takes: 'passage', group: 'tree' },
  compare: { takes: 'two-passages', group: 'tree' },
  branch: { takes: 'branch', alone: true, group: 'tree', oneWord: true },
  switch: { takes: 'branch', alone: true, group: 'tree', oneWord: true },
  choose: { takes: 'version', alone: true, group: 'passages' },
  edit: { takes: 'text', group: 'passages' },
  write: { takes: 'text', group: 'passages' },
  erase: { takes: 'passage', alone: true, group: 'passages' },
  receipt: { takes: 'passage', alone: true, group: 'passages' },
  replay: { takes: 'passage', alone: true, group: 'passages' },
  remember: { takes: 'name', alone: true, group: 'passages', oneWord: true },
  forget: { takes: 'name-or-number', group: 'passages', oneWord: true },
  stories: { takes: 'nothing', group: 'stories' },
  open: { takes: 'story', group: 'stories' },
  new: { takes: 'nothing', group: 'stories' },
  title: { takes: 'title', alone: true, group: 'stories', oneWord: true },
  trash: { takes: 'trash', alone: true, group: 'stories' },
  restore: { takes: 'story', alone: true, group: 'stories' },
  read: { takes: 'nothing', group: 'books' },
  export: { takes: 'format', group: 'books' },
  model: { takes: 'line', alone: true, group: 'books', oneWord: true },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as CommandName[];

export const specOf = (name: CommandName): CommandSpec => commands[name];
