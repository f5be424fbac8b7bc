import { randomBytes } from 'node:crypto';
import { encrypted, type SealingKey } from '@everbearer/backends/encrypted';
import { memoryBackend } from '@everbearer/backends/memory';
import { TokenBackendError } from '@everbearer/core';
import { expect } from 'vitest';

export const newKey = (kid: string): SealingKey & { key: Uint8Array } => ({ kid, key: randomBytes(32) });

export const KEY = 'q1ZkEwXn0m3Jv8oYtS5b-7LrUaPd_2HcGfIeKiNhTxM';
/** In every text that is sealed; to be seen nowhere but where it is opened. */
export const CANARY = 'CANARY-77b0';

/** A store, and a text sealed in it under {@link KEY}. */
export async function sealedStore(keys: SealingKey[] = [newKey('a')], text = `{"token":"${CANARY}"}`) {
  const store = memoryBackend();
  const backend = encrypted(store, { keys });
  const version = (await backend.save(KEY, text, undefined)) as string;
  const stored = async (key = KEY) => (await store.load(key))?.data as string;
  /** Puts a text into the store behind the wrapper's back. */
  const plant = async (data: string, key = KEY) =>
    (await store.save(key, data, (await store.load(key))?.version)) as string;
  return { keys, store, backend, text, version, stored, plant };
}

/** The `damaged` error that loading ends with. */
export async function damageOf(load: Promise<unknown>): Promise<TokenBackendError> {
  const error = await load.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TokenBackendError);
  expect(error).toMatchObject({ code: 'damaged' });
  return error as TokenBackendError;
}

/** The header of a seal, as anybody can read it. */
export function headerOf(sealed: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(sealed.split('.')[0] as string, 'base64url').toString());
}
