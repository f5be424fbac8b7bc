// Prints the name of this process.
import { createProcessHolder } from '../../src/file/process-holder.ts';

console.log(JSON.stringify(createProcessHolder().name));
