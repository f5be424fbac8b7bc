import { type Answers, asksForItself } from '../answers/answers.ts';
import { WORDS } from './service-words.ts';

/** A program that keeps running. */
export function daemonMain(answers: Answers): string {
  if (asksForItself(answers)) return `${START}${LOOP.replace('FAILURE', FAILURE)}`;
  const failure = FOR_PERSON.replace('LOGIN', WORDS[answers.api].login);
  return `${START.replace('\n', `\n${REAUTHORIZATION}`)}${LOOP.replace('FAILURE', failure)}`;
}

const REAUTHORIZATION = "import { ReauthorizationRequiredError } from '@everbearer/core';\n";

const FAILURE = `    // It may pass.
    console.error(new Date().toLocaleTimeString(), (error as Error).message);
`;

const FOR_PERSON = `    const { message } = error as Error;
    const isForPerson = error instanceof ReauthorizationRequiredError;
    // Either passes: after a sign-in, the tokens are found where they are kept, and this goes on.
    console.error(isForPerson ? 'A person must sign in: LOGIN' : message);
`;

const START = `import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.ts';
import { openService } from './service.ts';

/* Asks the API again and again, until Ctrl-C or a SIGTERM ends it. */

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());

const { fetch, apiUrl, isPretend, close } = await openService();
const everyMs = isPretend ? 1_000 : 60_000;

`;

const LOOP = `while (!ending.signal.aborted) {
  try {
    console.log(new Date().toLocaleTimeString(), await ask(fetch, apiUrl));
  } catch (error) {
FAILURE  }
  await pause(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
}
await close();
`;
