import { subscribe } from 'node:diagnostics_channel';
import { createAuthFetch, staticTokenSource } from '@everbearer/core';

/*
 * The peak of memory of a process that sends 100 MB, as a stream or as a Blob, through fetch or through ours. Needs --expose-gc; prints JSON: MB.
 * Garbage is collected each time that 2 MB are sent, and not by the clock: what is in use then is the same to a tenth of a megabyte in each run, while
 * what the process has taken from the system differs by 7 MB between two runs of the same.
 * Arguments: whose, the kind of body, and where to.
 */

export interface Peak {
  /** On the heap and outside, right after a collection. */
  inUseMb: number;
  /** What the process had taken from the system at most, garbage included. */
  residentMb: number;
  /** Whether the server read all of it. */
  isWhole: boolean;
}

const [whose = '', kind = '', origin = ''] = process.argv.slice(2);
const PIECE = new Uint8Array(64 * 1_024).fill(120);
const PIECES = 1_600;

const authorization = `Bearer ${'a'.repeat(1_500)}`;
const guarded = createAuthFetch(staticTokenSource('a'.repeat(1_500)), { origins: [origin] });
const send: (init: RequestInit) => Promise<Response> =
  whose === 'fetch'
    ? (init) => fetch(origin, { ...init, headers: { authorization } })
    : (init) => guarded(origin, init);

function stream(): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent++ < PIECES) controller.enqueue(PIECE.slice());
      else controller.close();
    },
  });
}

const init: RequestInit =
  kind === 'stream'
    ? ({ body: stream(), duplex: 'half' } as RequestInit)
    : { body: new Blob(Array.from({ length: PIECES }, () => PIECE)) };
let chunks = 0;
let inUse = 0;
subscribe('undici:request:bodyChunkSent', () => {
  if (chunks++ % 32 !== 0) return;
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  inUse = Math.max(inUse, heapUsed + external);
});
const response = await send({ ...init, method: 'POST' });
const isWhole = Number(await response.text()) === PIECES * PIECE.length;
console.log(
  JSON.stringify({
    inUseMb: inUse / 2 ** 20,
    residentMb: process.resourceUsage().maxRSS / 1_024,
    isWhole,
  } satisfies Peak),
);
process.exit();
