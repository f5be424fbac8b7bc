import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileBackend } from '@everbearer/backends/file';
import { type AuthEvent, createTokenManager, type TokenManager } from '@everbearer/core';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { localProvider, tokenSetOf } from '../support/local-provider.ts';
import { temporaryDirectory } from '../support/state-files.ts';

/* A directory that is away for a while, or is restored from a backup, under processes that go on running. */

async function signedIn() {
  const directory = temporaryDirectory();
  const server = await createAuthorizationServer({});
  onTestFinished(() => server[Symbol.asyncDispose]());
  const events: AuthEvent['type'][] = [];
  const backends = [fileBackend({ directory })];
  function open(): TokenManager {
    const backend = fileBackend({ directory });
    backends.push(backend);
    return createTokenManager({
      provider: localProvider(server),
      backend,
      timing: { recheckMs: 200, requestTimeoutMs: 2_000, leaseTtlMs: 4_000 },
      onEvent: ({ type }) => void events.push(type),
    });
  }
  onTestFinished(async () => void (await Promise.all(backends.map((each) => each.close()))));
  const manager = open();
  await manager.signIn(tokenSetOf(server.signIn()));
  /** The next request's token, or the code of the error. */
  const ask = (who = manager) =>
    who.getToken().then(
      ({ token }) => server.judge(token).kind as string,
      (error: { code: string }) => error.code,
    );
  return { directory, server, events, manager, open, ask };
}

/** A copy of the directory, and what puts it back in place of whatever is there by then. */
function backUp(directory: string): () => void {
  const copy = `${directory}-copy`;
  copyFolder(directory, copy);
  return () => {
    rmSync(directory, { recursive: true, force: true });
    renameSync(copy, directory);
  };
}

/** With the modes that the backend asks for. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else copyFileSync(source, target);
  }
}

/** The newest refresh token is stored and good: a process that starts now, and renews, gets tokens. */
async function expectWhole({ server, open }: Awaited<ReturnType<typeof signedIn>>): Promise<void> {
  const other = open();
  expect(server.judge((await other.renew()).token).kind).toBe('valid');
  await other.close();
  expect(server.counts).toMatchObject({ reuses: 0, familiesRevoked: 0 });
}

test('a directory that is away for 1.5 s in the middle of a renewal keeps the rotation', {
  timeout: 20_000,
}, async () => {
  const world = await signedIn();
  const { directory, server, events, manager } = world;
  server.configure({ latencyMs: 700 });
  const renewing = manager.renew();
  await setTimeout(300);
  renameSync(directory, `${directory}-away`);
  await setTimeout(1_500);
  expect(readdirSync(dirname(directory))).toEqual(['state-away']);
  renameSync(`${directory}-away`, directory);
  expect(server.judge((await renewing).token).kind).toBe('valid');
  await manager.close();
  expect(events).toEqual(expect.arrayContaining(['unsaved', 'saved_late']));
  server.configure({ latencyMs: 0 });
  await expectWhole(world);
});

test('a directory that is removed in the middle of a renewal gets the rotation when the lease has ended', {
  timeout: 20_000,
}, async () => {
  const world = await signedIn();
  const { directory, server, manager } = world;
  server.configure({ latencyMs: 700 });
  const renewing = manager.renew();
  await setTimeout(300);
  rmSync(directory, { recursive: true });
  expect(server.judge((await renewing).token).kind).toBe('valid');
  await manager.close();
  server.configure({ latencyMs: 0 });
  await expectWhole(world);
});

test.each(['while a process looks', 'while nobody looks'])(
  'a directory removed and put back from an older copy, %s: its spent refresh token is not presented',
  { timeout: 20_000 },
  async (when) => {
    const world = await signedIn();
    const { directory, server, manager, ask } = world;
    const putBack = backUp(directory);
    await manager.renew();
    rmSync(directory, { recursive: true });
    if (when === 'while a process looks') {
      const look = async () => expect(await ask()).toBe('no_credential');
      await vi.waitFor(look, { timeout: 10_000, interval: 100 });
    }
    putBack();
    await setTimeout(1_100);
    expect(server.judge((await manager.renew()).token).kind).toBe('valid');
    await expectWhole(world);
  },
);

test('a directory put back from before a sign-in: the session that it replaced does not come back', {
  timeout: 20_000,
}, async () => {
  const world = await signedIn();
  const { directory, server, manager, open, ask } = world;
  const putBack = backUp(directory);
  rmSync(directory, { recursive: true });
  expect((await manager.status()).state).toBe('reauthorization_required');
  const other = server.accounts[1]?.username as string;
  await manager.signIn(tokenSetOf(server.signIn({ account: other })));
  const { signedInAt } = await manager.status();
  putBack();
  await manager.status();
  await manager.status();
  expect(await manager.status()).toMatchObject({ signedInAt, state: 'valid' });
  await setTimeout(2_500);
  expect(await ask(open())).toBe('valid');
  expect(await open().status()).toMatchObject({ signedInAt });
});

test('a directory put back from before a sign-out: the session does not come back', {
  timeout: 20_000,
}, async () => {
  const world = await signedIn();
  const { directory, manager, open, ask } = world;
  const putBack = backUp(directory);
  rmSync(directory, { recursive: true });
  expect((await manager.status()).state).toBe('reauthorization_required');
  await manager.signOut();
  putBack();
  await manager.status();
  expect(await ask()).toBe('signed_out');
  expect(await ask(open())).toBe('signed_out');
});

test('a directory that is removed and stays away stays so', { timeout: 20_000 }, async () => {
  const { directory, server, manager, ask } = await signedIn();
  rmSync(directory, { recursive: true });
  expect((await manager.status()).state).toBe('reauthorization_required');
  expect(await ask()).toBe('no_credential');
  await setTimeout(1_100);
  expect(await ask()).toBe('no_credential');
  await manager.close();
  expect(readdirSync(dirname(directory))).toEqual([]);
  expect(server.counts.refreshes).toBe(0);
});
