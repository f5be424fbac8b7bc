import { type Answers, asksForItself } from '../answers/answers.ts';

/** An environment variable of the new project. */
export interface Variable {
  name: string;
  /** What it is, for who looks for it at the server. */
  words: string;
  /** What it is where nobody says otherwise. */
  initial?: string;
}

/** What the program reads of its environment. CLIENT_ID is the one that leads to the real service. */
export function variablesFor(answers: Answers): Variable[] {
  const { api, tokens, program } = answers;
  return [
    ...(api === 'graph' ? [tenantFor(answers)] : []),
    ...(api === 'other' ? [ISSUER] : []),
    CLIENT_ID,
    ...(secretOf(answers) === 'none' ? [] : [secretFor(answers)]),
    ...(api === 'other' ? [SCOPES, API_URL] : []),
    ...(tokens === 'redis' ? [REDIS_URL] : []),
    ...(tokens === 'env' ? [REFRESH_TOKEN] : []),
    ...(program === 'web' ? [APP_URL] : []),
  ];
}

/** Whether the client proves itself with a secret. */
export function secretOf(answers: Answers): 'needed' | 'maybe' | 'none' {
  const { api, program } = answers;
  if (api === 'google' || asksForItself(answers)) return 'needed';
  if (api === 'other') return 'maybe';
  return program === 'web' ? 'needed' : 'none';
}

const CLIENT_ID = {
  name: 'CLIENT_ID',
  words: 'the id that the server gave to your program; while it is empty, the service is a pretend one',
};
const ISSUER = { name: 'ISSUER', words: 'who issues the tokens, as https://login.example.com' };
const SCOPES = { name: 'SCOPES', words: 'what the tokens are for, with spaces between' };
const API_URL = { name: 'API_URL', words: 'where your API is, without a path, as https://api.example.com' };
const REDIS_URL = { name: 'REDIS_URL', words: 'where Redis is', initial: 'redis://127.0.0.1:6379' };
const REFRESH_TOKEN = { name: 'EVERBEARER_REFRESH_TOKEN', words: 'the refresh token to begin with' };
const APP_URL = {
  name: 'APP_URL',
  words: 'where browsers find the application',
  initial: 'http://localhost:3000',
};

function tenantFor(answers: Answers): Variable {
  const name = 'TENANT_ID';
  if (asksForItself(answers)) return { name, words: 'the directory (tenant) id' };
  return { name, words: 'the directory (tenant) id, or common for people of any', initial: 'common' };
}

function secretFor(answers: Answers): Variable {
  const isNeeded = secretOf(answers) === 'needed';
  return { name: 'CLIENT_SECRET', words: `the secret of that client${isNeeded ? '' : ', if it has one'}` };
}
