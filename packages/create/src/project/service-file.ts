import type { Answers } from '../answers/answers.ts';

/** `src/service.ts`: the real service, or the pretend one. */
export function serviceFile(answers: Answers): string {
  const isWeb = answers.program === 'web';
  return `import { AuthError, createAccounts, createAuthFetch } from '@everbearer/core';
${isWeb ? "import type { SignInProvider } from '@everbearer/providers/sign-in';\n" : ''}import { loadConfig } from 'everbearer';
import config from '../everbearer.config.ts';

/** The API, and a fetch whose every request to it bears a valid token. */
export function openService() {
  return open().catch(refused);
}

async function open() {
  const isPretend = !config.provider.clientId;
  const service = isPretend ? await pretendService() : await realService();
  const { provider, backend, seed, origins } = service;
  const accounts = createAccounts({
    provider,
    backend,
    seed,
    onEvent(event) {
      if (event.type === 'renewal_started') console.log(\`  (renews its token: \${event.reason})\`);
      if (event.type === 'warning' && !isPretend) console.error(event.message);
    },
  });
  return {
${isWeb ? WEB_MEMBERS : OTHER_MEMBERS}    apiUrl: origins[0] ?? '',
    isPretend,
    async close() {
      await accounts.close();
      await service.close();
    },
  };
}

${BOTH}`;
}

const OTHER_MEMBERS = `    fetch: createAuthFetch(accounts.for('default'), { origins }),
`;

const WEB_MEMBERS = `    accounts,
    provider: provider as SignInProvider,
    fetch: createAuthFetch(({ account = '' }) => accounts.for(account), { origins }),
`;

const BOTH = `/** What everbearer.config.ts describes. */
async function realService() {
  const loaded = await loadConfig({ directory: import.meta.dirname });
  return { ...loaded, close: async () => loaded.backend.close?.() };
}

/** What is wrong with the set-up is for a person: the message says what to do, and no stack says more. */
function refused(error: unknown): never {
  if (!(error instanceof AuthError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** Once you have ids, you may delete this, pretend.ts and @everbearer/testing. */
async function pretendService() {
  console.log('CLIENT_ID is empty: here is a pretend service. README.md leads to the real one.');
  const { openPretend } = await import('./pretend.ts');
  return openPretend();
}
`;
