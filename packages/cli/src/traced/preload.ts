import { hearEvents } from './tracer-seam.ts';

// First of all: what is imported here may load core, which looks for it.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { fingerprinter } from './fingerprinter.ts';
import { quietly } from './quietly.ts';
import { RequestLog, type Surroundings } from './request-log.ts';
import { segmentWriter } from './segment-writer.ts';
import { keyPath, PLACE_VARIABLE } from './trace-place.ts';
import { watchEverbearer } from './watch-everbearer.ts';
import { watchHttp } from './watch-http.ts';
import { watchHttp2 } from './watch-http2.ts';
import { watchProcess, watchThread } from './watch-process.ts';
import { watchUndici } from './watch-undici.ts';

/* Loaded before the program, in every Node process and thread of it. It changes nothing that the program sees. */

quietly(() => {
  const folder = process.env[PLACE_VARIABLE];
  if (folder) watch(folder);
})();

function watch(folder: string): void {
  const { pid } = process;
  // Programs with a clock of their own replace `Date`.
  const { now } = Date;
  const key = readFileSync(keyPath(folder));
  const writeLine = segmentWriter(folder, `${pid}-${threadId}-${randomBytes(4).toString('hex')}`);
  const around: Surroundings = {
    write: (record) => writeLine(JSON.stringify(record)),
    fingerprint: fingerprinter(key),
    now,
    pid,
    prefix: threadId === 0 ? '' : `t${threadId}-`,
  };
  const log = new RequestLog(around, watchEverbearer(around, hearEvents));
  const flush = () => log.flush();
  if (threadId === 0) watchProcess(around, flush);
  else watchThread(flush);
  watchUndici(log);
  watchHttp(log);
  watchHttp2(log);
}
