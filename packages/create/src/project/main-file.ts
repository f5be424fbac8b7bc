import type { Answers, Program } from '../answers/answers.ts';
import { DAEMON } from './daemon-main.ts';
import { jobMain } from './job-main.ts';
import { webMain } from './web-main.ts';
import { WORKER } from './worker-main.ts';

/** `src/main.ts`: the program itself. */
export function mainFile(answers: Answers): string {
  return MAINS[answers.program](answers);
}

const MAINS: Readonly<Record<Program, (answers: Answers) => string>> = {
  daemon: () => DAEMON,
  web: webMain,
  job: jobMain,
  worker: () => WORKER,
};
