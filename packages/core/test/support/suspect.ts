import { inspect } from 'node:util';
import { createTokenManager, type Seed } from '@everbearer/core';
import type { ProviderContext, TokenBackend, TokenProvider, TokenSet } from '@everbearer/core/contract';
import { sharedStore } from './shared-store.ts';

/** In every token. It may stand in the store and in the header that arrived, and nowhere else. */
export const CANARY = 'CANARY-5f1d';

/** Everything a log, a report or a crash could show of a value. */
function shownOf(value: unknown): string {
  const parts = [inspect(value, { depth: 20, showHidden: true }), String(value)];
  if (value instanceof Error) parts.push(value.stack ?? '', value.message, shownOf(value.cause ?? ''));
  try {
    parts.push(JSON.stringify(value) ?? '', JSON.stringify({ ...(value as object) }));
  } catch {
    // What cannot be written as JSON cannot leak by it.
  }
  return parts.join('\n');
}

/** The errors of HTTP and database clients: the request, with its secrets, in message, fields and causes. */
export function clientError(secret: string, changes: object = {}): Error {
  const config = { headers: { authorization: `Bearer ${secret}` }, data: `refresh_token=${secret}` };
  const cause = Object.assign(new Error(`SET ${secret}`), { config, args: [secret] });
  return Object.assign(
    new Error(`request with ${secret} failed`, { cause }),
    { config, request: { config } },
    changes,
  );
}

let serial = 0;
export const issue = (): TokenSet => {
  serial++;
  const expiresAt = Date.now() + 3_600_000;
  return { accessToken: `${CANARY}-at-${serial}`, refreshToken: `${CANARY}-rt-${serial}`, expiresAt };
};

export type Refresh = (refreshToken: string, context: ProviderContext) => unknown;

/** A manager whose every event, error and report is kept as evidence. */
export function suspect(
  refresh: Refresh = issue,
  { backend, seed }: { backend?: TokenBackend; seed?: Seed } = {},
) {
  const store = sharedStore();
  const evidence: string[] = [];
  const note = (value: unknown) => void evidence.push(shownOf(value));
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      note(error);
      return undefined;
    }
  };
  const provider: TokenProvider = {
    id: 'as',
    profile: { rotates: true, graceMs: 0, oldAccessTokenDies: false, slidingWindow: true },
    scopes: ['read'],
    refresh: async ({ refreshToken }, context) => (await refresh(refreshToken, context)) as TokenSet,
    revoke: () => Promise.reject(clientError(CANARY)),
  };
  const manager = createTokenManager({
    provider,
    backend: backend ?? store.backend,
    ...(seed && { seed }),
    onEvent: note,
    timing: { maxWaitMs: 0 },
  });
  return { store, evidence, note, attempt, manager };
}

export type Suspect = ReturnType<typeof suspect>;

export async function lookAt({ note, attempt, manager }: Suspect): Promise<void> {
  note(manager);
  note(manager.state);
  note(manager.peek?.());
  note(await attempt(() => manager.getToken()));
  note(await attempt(() => manager.status()));
}

/** A manager that is signed in, and what it shows when its token endpoint behaves so. */
export async function renewing(refresh: Refresh, backend?: TokenBackend): Promise<Suspect> {
  const world = suspect(refresh, backend && { backend });
  await world.attempt(() => world.manager.signIn(issue()));
  await world.attempt(() => world.manager.renew());
  await lookAt(world);
  await world.attempt(() => world.manager.getToken({ rejected: `${CANARY}-at-unknown` }));
  return world;
}

/** A backend that fails with this at some of its saves and loads, and recovers. */
export function failing(error: (data: string) => unknown): TokenBackend {
  const { backend } = sharedStore();
  let calls = 0;
  const perhaps = (data: string) => {
    if (++calls % 3 === 0) throw error(data);
  };
  return {
    ...backend,
    load: async (key) => {
      perhaps(CANARY);
      return backend.load(key);
    },
    save: async (key, data, expected) => {
      perhaps(data);
      return backend.save(key, data, expected);
    },
  };
}
