/** The thread in which one model version writes: opens the model, says so, and writes what it is asked for. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { problemOf, serveGeneration, type WorkerOptions } from '#generation';
import { openModel } from './open-model.ts';

const port = parentPort!;
const { model: path, slots, threads } = workerData as WorkerOptions;
try {
  await using opened = await openModel(path, { slots, threads });
  // What opening left behind is as large as the model itself, and would stand there until something else needs room.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { vocabulary, about } = opened.model;
  port.postMessage({ kind: 'ready', vocabulary: vocabulary.toJSON(), about });
  await serveGeneration(port, opened.session, opened.model, slots);
} catch (error) {
  port.postMessage({ kind: 'failed', problem: problemOf(error) });
}
// The listener alone would keep the thread alive.
port.close();
