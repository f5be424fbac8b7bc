import { createAuthFetch, staticTokenSource } from '@everbearer/core';

/*
 * The peak of memory of a process that sends 100 MB, as a stream or as a Blob, through fetch or through ours. Needs --expose-gc; prints JSON: MB.
 * Arguments: whose, the kind of body, and where to.
 */

export interface Peak {
  peakMb: number;
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
// What is garbage does not count: when it is collected would be chance.
const collecting = setInterval(() => (globalThis as { gc?: () => void }).gc?.(), 50);
const response = await send({ ...init, method: 'POST' });
const isWhole = Number(await response.text()) === PIECES * PIECE.length;
clearInterval(collecting);
console.log(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1_024, isWhole } satisfies Peak));
process.exit();
