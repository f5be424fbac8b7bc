import { createTokenManager } from '@everbearer/core';
import { afterEach, expect, test, vi } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

afterEach(() => vi.restoreAllMocks());

function made() {
  const { provider, signIn } = strictServer();
  return { manager: createTokenManager({ provider, backend: sharedStore().backend }), signIn };
}

test('what is not used is not made: no key is computed, nothing is there to be aborted', async () => {
  const digest = vi.spyOn(process.getBuiltinModule('crypto'), 'createHash');
  const controllers = vi.spyOn(globalThis, 'AbortController');
  const { manager, signIn } = made();
  expect(digest).not.toHaveBeenCalled();
  expect(controllers).not.toHaveBeenCalled();

  await manager.signIn(signIn());
  expect(digest).toHaveBeenCalledOnce();
  expect(controllers).toHaveBeenCalled();
  await manager.close();
});

test('a manager that was never used can be looked at', () => {
  const { manager } = made();
  expect(manager).toMatchObject({ account: 'default', state: 'unknown', kept: {} });
  expect(manager.peek()).toBeUndefined();
});

test('closed before its first use, it is closed', async () => {
  const { manager } = made();
  await manager.close();
  expect(manager.state).toBe('closed');
  await expect(manager.getToken()).rejects.toMatchObject({ code: 'closed' });
});

test('methods work detached, and all of them are of one manager', async () => {
  const { manager, signIn } = made();
  const { signIn: enter, getToken, peek } = manager;
  await enter(signIn());
  expect(peek()).toBe(await getToken());
  expect(manager.state).toBe('valid');
});
