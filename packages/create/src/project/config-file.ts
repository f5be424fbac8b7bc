import { type Answers, type Api, asksForItself } from '../answers/answers.ts';
import { secretOf } from './variables.ts';

/** `everbearer.config.ts`: one description for the program and for the command line. */
export function configFile(answers: Answers): string {
  return `import { accessSync, constants, existsSync } from 'node:fs';
import type { EverbearerConfig } from 'everbearer';

// Ids and secrets are in .env, which git leaves out. What is set in the environment stands over it.
const env = new URL('.env', import.meta.url);
if (existsSync(env)) {
  // Of a file that may not be read, loadEnvFile() says that there is none.
  accessSync(env, constants.R_OK);
  process.loadEnvFile(env);
}

/** The set-up, for \`npm start\` and for \`npx everbearer\`. */
export default {
  provider: {
${providerLines(answers)
  .map((line) => `    ${line},\n`)
  .join('')}  },
  backend: ${BACKENDS[answers.tokens]},
${moreLines(answers)
  .map((line) => `  ${line},\n`)
  .join('')}} satisfies EverbearerConfig;
`;
}

const BACKENDS: Readonly<Record<Answers['tokens'], string>> = {
  file: "{ kind: 'file', directory: 'tokens' }",
  redis: "{ kind: 'redis', url: { env: 'REDIS_URL' } }",
  env: "{ kind: 'file', directory: 'tokens' }",
  memory: "{ kind: 'memory' }",
};

function providerLines(answers: Answers): string[] {
  const { api } = answers;
  return [
    ...SERVERS[api](answers),
    "clientId: process.env.CLIENT_ID ?? ''",
    ...secretLines(answers),
    `scopes: ${scopesFor(answers)}`,
    ...(asksForItself(answers) ? ["grant: 'client_credentials'"] : []),
  ];
}

const SERVERS: Readonly<Record<Api, (answers: Answers) => readonly string[]>> = {
  graph: (answers) => [
    "kind: 'microsoft'",
    `tenantId: process.env.TENANT_ID ${asksForItself(answers) ? "?? ''" : "|| 'common'"}`,
  ],
  google: () => ["kind: 'oauth2'", "profile: 'google'", "issuer: 'https://accounts.google.com'"],
  github: () => [
    "kind: 'oauth2'",
    "profile: 'github'",
    "authorizationEndpoint: 'https://github.com/login/oauth/authorize'",
    "tokenEndpoint: 'https://github.com/login/oauth/access_token'",
    "deviceAuthorizationEndpoint: 'https://github.com/login/device/code'",
  ],
  other: () => ["kind: 'oauth2'", "issuer: process.env.ISSUER ?? ''"],
};

function secretLines(answers: Answers): string[] {
  const kind = secretOf(answers);
  if (kind === 'none') return [];
  const where = "clientSecret: { env: 'CLIENT_SECRET' }";
  if (kind === 'maybe') return [`...(process.env.CLIENT_SECRET && { ${where} })`];
  const isPosted = answers.api === 'google' || answers.api === 'github';
  return [where, ...(isPosted ? ["clientSecretMethod: 'client_secret_post'"] : [])];
}

function scopesFor(answers: Answers): string {
  if (answers.api === 'github') return '[]';
  if (answers.api === 'graph')
    return asksForItself(answers) ? "['https://graph.microsoft.com/.default']" : "['Mail.Read']";
  const openid = answers.program === 'web' ? "'openid', 'email', " : '';
  if (answers.api === 'google') return `[${openid}'https://www.googleapis.com/auth/gmail.readonly']`;
  return `(process.env.SCOPES?.trim() || '${asksForItself(answers) ? 'read' : 'openid offline_access'}').split(/ +/)`;
}

function moreLines({ api, tokens }: Answers): string[] {
  return [
    ...(tokens === 'env' ? ["seed: { kind: 'env', name: 'EVERBEARER_REFRESH_TOKEN' }"] : []),
    ...(ORIGINS[api] === undefined ? [] : [`origins: [${ORIGINS[api]}]`]),
  ];
}

/** Where the token may go. For Microsoft the library knows it. */
const ORIGINS: Readonly<Partial<Record<Api, string>>> = {
  google: "'https://gmail.googleapis.com'",
  github: "'https://api.github.com'",
  other: "process.env.API_URL || 'https://api.example.com'",
};
