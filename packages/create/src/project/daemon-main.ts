/** A program that keeps running. */
export const DAEMON = `import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.ts';
import { openService } from './service.ts';

/* Asks the API again and again, until Ctrl-C or a SIGTERM ends it. */

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());

const { fetch, apiUrl, isPretend, close } = await openService();
const everyMs = isPretend ? 1_000 : 60_000;

while (!ending.signal.aborted) {
  try {
    console.log(new Date().toLocaleTimeString(), await ask(fetch, apiUrl));
  } catch (error) {
    // It may pass, or a person signs in: the tokens are then found where they are kept, and this goes on.
    console.error(new Date().toLocaleTimeString(), (error as Error).message);
  }
  await pause(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
}
await close();
`;
