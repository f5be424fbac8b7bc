import { type Answers, asksForItself } from '../answers/answers.ts';
import { WORDS } from './service-words.ts';

/** A job that cron starts. */
export function jobMain(answers: Answers): string {
  return asksForItself(answers) ? forItself : forPerson(WORDS[answers.api].login);
}

const forItself = `import { ask } from './ask.ts';
import { openService } from './service.ts';

/* Asks the API once, for cron. Ends with 0, or with 1 where this run failed. */

try {
  const { fetch, apiUrl, close } = await openService();
  console.log(await ask(fetch, apiUrl).finally(close));
} catch (error) {
  console.error(\`This run failed: \${(error as Error).message}\`);
  process.exitCode = 1;
}
`;

function forPerson(login: string): string {
  return `import { ReauthorizationRequiredError } from '@everbearer/core';
import { ask } from './ask.ts';
import { openService } from './service.ts';

/* Asks the API once, for cron. Ends with 0; 1: this run failed; 2: a person must sign in. */

try {
  const { fetch, apiUrl, close } = await openService();
  console.log(await ask(fetch, apiUrl).finally(close));
} catch (error) {
  const isForPerson = error instanceof ReauthorizationRequiredError;
  console.error(isForPerson ? 'A person must sign in: ${login}' : 'This run failed.');
  console.error((error as Error).message);
  process.exitCode = isForPerson ? 2 : 1;
}
`;
}
