import type { Answers } from '../answers/answers.ts';
import { variablesFor } from './variables.ts';

/** `.env.example`: which variables there are, with no secret in it. */
export function envExampleFile(answers: Answers): string {
  const lines = variablesFor(answers).map(
    ({ name, words, initial = '' }) =>
      `# ${words.charAt(0).toUpperCase()}${words.slice(1)}\n${name}=${initial}\n`,
  );
  return `# To be copied to .env, which git leaves out: install -m 600 .env.example .env\n\n${lines.join('')}`;
}
