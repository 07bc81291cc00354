/** The thread in which one model version writes: opens the model, says so, and writes what it is asked for. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { describeArithmetic } from '#engines/onnx';
import { DRAWING, problemOf, StateCache, serveGeneration, type WorkerOptions } from '#generation';
import { openStorage } from '#storage';
import { openModel } from './open-model.ts';

/** Bytes of states that a version holds in memory: of 4,000 stories at 1,024 units. */
const HOT_BYTES = 33_554_432;

const port = parentPort!;
const { model: path, slots, threads, states: place } = workerData as WorkerOptions;
try {
  await using opened = await openModel(path, { slots, threads });
  const { model, session } = opened;
  await using storage = place && (await openStorage({ durability: 'cache', ...place }));
  const { hidden } = opened.config;
  await using states = new StateCache({ hidden, hotBytes: HOT_BYTES, storage });
  // What opening left behind is as large as the model itself, and would stand there until something else needs room.
  setFlagsFromString('--expose-gc');
  const rest = runInNewContext('gc') as () => void;
  rest();
  const { vocabulary, about } = model;
  const made = await describeArithmetic();
  await states.adopt(made);
  // The same numbers drawn from otherwise give another text.
  const arithmetic = { ...made, runtime: `${made.runtime}, drawing ${DRAWING}` };
  port.postMessage({ kind: 'ready', vocabulary: vocabulary.toJSON(), about, arithmetic });
  // States are small and many: left alone, a hundred megabytes of them wait for the collector.
  await serveGeneration(port, { session, model, states, slots, rest });
} catch (error) {
  port.postMessage({ kind: 'failed', problem: problemOf(error) });
}
// The listener alone would keep the thread alive.
port.close();
