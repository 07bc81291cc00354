/** Holds a data folder, says so, and does nothing until it is killed or its input ends. */
import { holdData } from '#storage';

using _ = holdData(process.argv[2]!);
process.stdout.write('held\n');
process.stdin.resume();
await new Promise((resolve) => process.stdin.on('end', resolve));
