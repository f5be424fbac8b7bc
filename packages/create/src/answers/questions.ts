import type { Answers } from './answers.ts';

/** One of the three questions. The flag of the same name answers it beforehand. */
export interface Question<Name extends keyof Answers = keyof Answers> {
  name: Name;
  message: string;
  options: readonly { value: Answers[Name]; label: string }[];
  /** The answer of who only presses return, and of who is not asked. */
  initial: Answers[Name];
}

export const API: Question<'api'> = {
  name: 'api',
  message: 'Which API does it call?',
  initial: 'graph',
  options: [
    { value: 'graph', label: 'Microsoft Graph' },
    { value: 'google', label: 'Google' },
    { value: 'github', label: 'GitHub' },
    { value: 'other', label: 'Another, by its issuer' },
  ],
};

export const PROGRAM: Question<'program'> = {
  name: 'program',
  message: 'What kind of program is it?',
  initial: 'daemon',
  options: [
    { value: 'daemon', label: 'It keeps running' },
    { value: 'web', label: 'A web application: people sign in' },
    { value: 'job', label: 'A job that cron starts' },
    { value: 'worker', label: 'Workers over a queue' },
  ],
};

export const TOKENS: Question<'tokens'> = {
  name: 'tokens',
  message: 'Where do tokens live?',
  initial: 'file',
  options: [
    { value: 'file', label: 'In a directory of this machine' },
    { value: 'redis', label: 'In Redis, for several machines' },
    { value: 'env', label: 'First in a variable, then in files' },
    { value: 'memory', label: 'In memory, until it ends' },
  ],
};

/** In the order in which they are asked. */
export const QUESTIONS: readonly [Question<'api'>, Question<'program'>, Question<'tokens'>] = [
  API,
  PROGRAM,
  TOKENS,
];
