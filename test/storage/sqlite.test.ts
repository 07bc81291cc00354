import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStorage } from '#storage';
import { storeContract } from '../contracts/store.ts';
import { temporaryFolder } from './folder.ts';

const REFUSE = ['INSERT', 'UPDATE', 'DELETE'].map(
  (event) =>
    `CREATE TRIGGER refuse_${event} BEFORE ${event} ON record BEGIN SELECT RAISE(ABORT, 'refused'); END;`,
);
const ALLOW = ['INSERT', 'UPDATE', 'DELETE'].map((event) => `DROP TRIGGER refuse_${event};`);

for (const { name, key } of [
  { name: 'SQLite', key: undefined },
  { name: 'SQLite, encrypted', key: new Uint8Array(32).fill(7) },
])
  storeContract(name, async () => {
    const file = path.join(temporaryFolder(), 'store.db');
    const run = (statements: readonly string[]) => {
      using db = new DatabaseSync(file);
      db.exec(statements.join('\n'));
    };
    return {
      open: () => openStorage({ file, durability: 'full', key }),
      refuse: async () => {
        run(REFUSE);
        return async () => run(ALLOW);
      },
    };
  });
