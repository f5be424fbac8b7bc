import type { Answers } from '../../src/answers/answers.ts';
import { apart } from '../../src/answers/apart.ts';
import { API, PROGRAM, TOKENS } from '../../src/answers/questions.ts';

/** All answers that can be given. */
export const ALL: readonly Answers[] = API.options.flatMap(({ value: api }) =>
  PROGRAM.options.flatMap(({ value: program }) =>
    TOKENS.options.map(({ value: tokens }) => ({ api, program, tokens }) as Answers),
  ),
);

/** Those that go together. */
export const TOGETHER: readonly Answers[] = ALL.filter((answers) => apart(answers) === undefined);

export function nameOf({ api, program, tokens }: Answers): string {
  return `${api}-${program}-${tokens}`;
}
