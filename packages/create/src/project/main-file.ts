import type { Answers, Program } from '../answers/answers.ts';
import { daemonMain } from './daemon-main.ts';
import { jobMain } from './job-main.ts';
import { webMain } from './web-main.ts';
import { workerMain } from './worker-main.ts';

/** `src/main.ts`: the program itself. */
export function mainFile(answers: Answers): string {
  return MAINS[answers.program](answers);
}

const MAINS: Readonly<Record<Program, (answers: Answers) => string>> = {
  daemon: daemonMain,
  web: webMain,
  job: jobMain,
  worker: workerMain,
};
