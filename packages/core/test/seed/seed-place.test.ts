import { createTokenManager, seedFrom } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const PLACE = '/run/secrets/refresh-token';

function managerWith(content: string | undefined) {
  const server = strictServer();
  const { backend: source, change } = seedOf(content);
  const seed = seedFrom({ ...source, location: PLACE });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, seed });
  const failure = () => manager.getToken().catch((error: unknown) => error as Error & { code: string });
  return { server, change, manager, failure };
}

describe('a seed that brings no session names its place and its remedy', () => {
  test('it is missing', async () => {
    const { failure, server, change, manager } = managerWith(undefined);
    const error = (await failure()) as Error;
    expect(error).toMatchObject({ code: 'no_credential', retryable: false });
    expect(error.message).toContain(`Put a new refresh token into ${PLACE}`);
    change(server.signIn().refreshToken as string);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(server.isGood((await manager.getToken()).token)).toBe(true);
    await manager.close();
  });

  test('it is dead', async () => {
    const { failure, manager } = managerWith('rt-of-nobody');
    const error = (await failure()) as Error;
    expect(error).toMatchObject({ code: 'revoked', retryable: false });
    expect(error.message).toContain(`Put a new refresh token into ${PLACE}`);
    // Those who come later hear it from the record.
    expect(((await failure()) as Error).message).toContain(PLACE);
    await manager.close();
  });

  test('it is no refresh token', async () => {
    const { failure, manager } = managerWith('[1]');
    expect(await failure()).toMatchObject({ code: 'damaged', message: expect.stringContaining(PLACE) });
    await manager.close();
  });
});
