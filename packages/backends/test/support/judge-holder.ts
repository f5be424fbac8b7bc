// Prints the name of this process, and whether the one that is named as argument is alive, seen from here.
import { createProcessHolder } from '../../src/host/process-holder.ts';

const { name, isAlive } = createProcessHolder();
console.log(JSON.stringify({ name, hereAlive: isAlive(process.argv[2] ?? '') ?? null }));
