import { hearEvents } from './tracer-seam.ts';

// First of all: what is imported here may load core, which looks for it.

import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { fingerprinter } from './fingerprinter.ts';
import { quietly } from './quietly.ts';
import { RequestLog, type Surroundings } from './request-log.ts';
import { segmentWriter } from './segment-writer.ts';
import { keyPath, PLACE_VARIABLE, writerName } from './trace-place.ts';
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
  const writer = segmentWriter(folder, writerName(pid, threadId));
  const around: Surroundings = {
    write: (record) => writer.write(JSON.stringify(record)),
    fingerprint: fingerprinter(key),
    now,
    pid,
    prefix: threadId === 0 ? '' : `t${threadId}-`,
  };
  const log = new RequestLog(around, watchEverbearer(around, hearEvents));
  const flush = () => log.flush();
  if (threadId === 0) watchProcess(around, { flush, end: writer.end });
  else watchThread({ flush, end: writer.end });
  watchUndici(log);
  watchHttp(log);
  watchHttp2(log);
}
