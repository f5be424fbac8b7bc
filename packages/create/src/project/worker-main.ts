import { type Answers, asksForItself } from '../answers/answers.ts';
import { WORDS } from './service-words.ts';

/** Workers that take jobs from a queue. */
export function workerMain(answers: Answers): string {
  if (asksForItself(answers)) return `${START}${LOOP.replace('FAILURE', FAILURE)}`;
  const failure = FOR_PERSON.replace('LOGIN', WORDS[answers.api].login);
  return `${START.replace('\n', `\n${REAUTHORIZATION}`)}${LOOP.replace('FAILURE', failure)}`;
}

const REAUTHORIZATION = "import { ReauthorizationRequiredError } from '@everbearer/core';\n";

const FAILURE = `      console.error(\`\${name}: job \${job} is put back: \${(error as Error).message}\`);
`;

const FOR_PERSON = `      const { message } = error as Error;
      const isForPerson = error instanceof ReauthorizationRequiredError;
      const why = isForPerson ? 'a person must sign in: LOGIN' : message;
      console.error(\`\${name}: job \${job} is put back: \${why}\`);
`;

const START = `import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.ts';
import { openQueue } from './queue.ts';
import { openService } from './service.ts';

/* Two workers take jobs from one queue, until it ends, or Ctrl-C or a SIGTERM ends them. No job is lost. */

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());

const { fetch, apiUrl, isPretend, close } = await openService();
const queue = await openQueue(isPretend);

`;

const LOOP = `async function work(name: string): Promise<void> {
  for (;;) {
    const job = await queue.take(ending.signal);
    if (job === undefined) return;
    try {
      console.log(\`\${name}: job \${job}: \${await ask(fetch, apiUrl)}\`);
      await queue.done(job);
    } catch (error) {
FAILURE      await queue.putBack(job);
      await pause(10_000, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }
}

await Promise.all([work('one'), work('two')]);
await queue.close();
await close();
`;
