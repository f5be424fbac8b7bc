// Prints the name of this process.
import { createProcessHolder } from '../../src/host/process-holder.ts';

console.log(JSON.stringify(createProcessHolder().name));
