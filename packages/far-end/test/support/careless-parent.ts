import { startFarEnd } from '@everbearer/far-end';

/** A process that starts a far end and never stops it. */
const { pid } = await startFarEnd();
process.stdout.write(`${pid}\n`);
setInterval(() => undefined, 60_000);
