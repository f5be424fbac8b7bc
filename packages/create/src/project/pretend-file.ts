import { type Answers, asksForItself } from '../answers/answers.ts';
import { sampleAnswer } from './ask-file.ts';

/** `src/pretend.ts`: the service on this machine. */
export function pretendFile(answers: Answers): string {
  const isSeeded = answers.program !== 'web' && !asksForItself(answers);
  return `${imports(answers, isSeeded)}
/**
 * A pretend service on this machine: it issues tokens, and its API takes those alone. They end after ten
 * seconds, and once all of them are revoked.
 */
export async function openPretend() {
  const server = await createAuthorizationServer({ accessTokenLifeMs: 10_000 });
  let answered = 0;
  const api = await listenOnLoopback(
    protectedBy(server, async (${needsPerson(answers) ? 'request' : '_request'}, response) => {
${personLine(answers)}      send(response, jsonReply(200, ${sampleAnswer(answers)}));
      // What an administrator may do at any time: nobody tells the program that its token is dead.
      if (++answered === 3) server.revokeAccessTokens();
    }),
  );
${isSeeded ? SIGNED_IN : ''}  return {
    provider: ${providerText(answers)},
    backend: memoryBackend(),
    seed: ${isSeeded ? "() => seedFrom(envBackend({ name: 'PRETEND', env: { PRETEND: refreshToken } }))" : 'undefined'},
    origins: [api.url],
    async close() {
      await api.close();
      await server.close();
    },
  };
}
`;
}

const SIGNED_IN = `  // A person who has signed in already.
  const { refresh_token: refreshToken } = server.signIn();
`;

function imports({ api }: Answers, isSeeded: boolean): string {
  return [
    ...(isSeeded ? ["import { envBackend } from '@everbearer/backends/env';"] : []),
    "import { memoryBackend } from '@everbearer/backends/memory';",
    ...(isSeeded ? ["import { seedFrom } from '@everbearer/core';"] : []),
    api === 'graph'
      ? "import { microsoft } from '@everbearer/providers/microsoft';"
      : "import { oauth2 } from '@everbearer/providers/oauth2';",
    "import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';",
    "import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';",
    '',
  ].join('\n');
}

/** With the options of that server in place of those in everbearer.config.ts. */
function providerText(answers: Answers): string {
  if (answers.api === 'graph') {
    if (!asksForItself(answers)) return "microsoft({ ...server.microsoftOptions(), scopes: ['Mail.Read'] })";
    return `microsoft({
      ...server.microsoftOptions('secret'),
      scopes: ['https://graph.microsoft.com/.default'],
    })`;
  }
  const kind = asksForItself(answers) ? "'secret'" : '';
  const scopes = asksForItself(answers) ? "['read']" : "['openid', 'profile', 'offline_access']";
  return `oauth2({ ...server.oauth2Options(${kind}), scopes: ${scopes} })`;
}

/** GitHub's tokens do not say whose they are: its API does. */
function needsPerson({ api, program }: Answers): boolean {
  return api === 'github' && program === 'web';
}

function personLine(answers: Answers): string {
  if (!needsPerson(answers)) return '';
  return `      const verdict = server.judge(request.headers.authorization?.replace('Bearer ', '') ?? '');
      const person = verdict.kind === 'valid' ? verdict.account?.username : undefined;
`;
}
