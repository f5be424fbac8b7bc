import type { Answers, Api } from '../answers/answers.ts';

/** What the documents of a new project say of an API. */
interface ServiceWords {
  /** As in "calls Microsoft Graph". */
  name: string;
  /** What has to be registered there, under docs/providers; it follows "Register". */
  page: string;
  /** How a person signs in from the command line. */
  login: string;
}

const BROWSER = 'npx everbearer login --browser';

export const WORDS: Readonly<Record<Api, ServiceWords>> = {
  graph: { name: 'Microsoft Graph', page: 'providers/microsoft.md', login: 'npx everbearer login' },
  google: { name: 'Google', page: 'providers/google.md', login: BROWSER },
  github: { name: 'GitHub', page: 'providers/github.md', login: 'npx everbearer login' },
  other: { name: 'your API', page: 'providers.md', login: BROWSER },
};

/** What kind of program it is, as in "a job that cron starts". */
export const PROGRAM_WORDS: Readonly<Record<Answers['program'], string>> = {
  daemon: 'a program that keeps running',
  web: 'a web application to which people sign in',
  job: 'a job that cron starts',
  worker: 'a program whose workers take jobs from a queue',
};

/** Where tokens are, as in "tokens are in Redis". */
export const TOKENS_WORDS: Readonly<Record<Answers['tokens'], string>> = {
  file: 'in the directory tokens',
  redis: 'in Redis',
  env: 'in the directory tokens, after a first one in EVERBEARER_REFRESH_TOKEN',
  memory: 'in memory, until it ends',
};
