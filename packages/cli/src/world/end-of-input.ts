/**
 * Aborts with this signal, and when a question waits for somebody who has ended the input: with Ctrl-D nothing is left
 * that could happen, so Node would end in the middle of the work, with status 0.
 */
export function endOfInput(signal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  process.once('beforeExit', () => ended.abort());
  return AbortSignal.any([signal, ended.signal]);
}
