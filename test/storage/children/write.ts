/** Writes numbered triples, each in one write, several at a time, and says of each when it was acknowledged. */
import { openStorage } from '#storage';
import { heads, passages, states, triple, WRITERS } from '../triples.ts';

const storage = await openStorage(JSON.parse(process.argv[2]!));
const kept = {
  passage: storage.store(passages),
  head: storage.store(heads),
  state: storage.store(states),
};

async function write(writer: number): Promise<void> {
  const head = await kept.head.get(`${writer}`);
  for (let n = (head?.n ?? 0) + 1; ; n++) {
    const { passage, head, state } = triple(writer, n);
    for (;;) {
      try {
        await storage.write([
          kept.passage.put(`${writer}-${n}`, passage),
          kept.head.put(`${writer}`, head),
          kept.state.put(`${writer}`, state),
        ]);
        break;
      } catch {
        // The store is away; the same triple is written again.
      }
    }
    process.stdout.write(`${writer} ${n}\n`);
  }
}

process.stdout.write('ready\n');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
