import { startProcess } from '@everbearer/testing/supervise';
import type { Tells, Told } from './told-process.ts';

/* Starts one process that runs and one that stands still, says which, and takes care of neither. */

const main = new URL('told-process.ts', import.meta.url);
const both = [startProcess<Tells, Told>({ main }), startProcess<Tells, Told>({ main })];
await Promise.all(both.map((each) => each.next((message) => message.type === 'ready', 'become ready')));
both[1]?.pause();
process.stdout.write(`${both.map(({ pid }) => pid).join(' ')}\n`);
if (process.argv[2] === 'stay') setInterval(() => undefined, 60_000);
