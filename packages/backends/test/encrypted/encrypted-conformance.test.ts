import { encrypted } from '@everbearer/backends/encrypted';
import { backendConformance, type ConformanceStore } from '@everbearer/testing/backend-conformance';
import { describe, expect, test } from 'vitest';
import { KIT_STORES } from '../support/kit-stores.ts';
import { damageOf, KEY, newKey } from '../support/sealing.ts';

/** Changes one character of what is stored; to the store itself it is as good as before. */
async function changeSeal(store: ConformanceStore, key: string): Promise<void> {
  const plain = await store.open();
  const { data = '', version } = (await plain.load(key)) ?? {};
  const at = data.length - 30;
  await plain.save(key, `${data.slice(0, at)}${data[at] === 'A' ? 'B' : 'A'}${data.slice(at + 1)}`, version);
  if (store.dispose) await plain.close?.();
}

describe.each(Object.entries(KIT_STORES))('encrypted, over %s', (_, createStore) => {
  backendConformance({
    test,
    create() {
      const store = createStore();
      const keys = [newKey('new'), newKey('old')];
      return {
        damage: (key) => changeSeal(store, key),
        ...store,
        open: async () => encrypted(await store.open(), { keys }),
      };
    },
  });

  test('a changed seal is damage with a version that can be overwritten', async () => {
    const store = createStore();
    const backend = encrypted(await store.open(), { keys: [newKey('a')] });
    await backend.save(KEY, 'a text', undefined);
    await changeSeal(store, KEY);
    const { version } = await damageOf(backend.load(KEY));
    expect(version).toEqual(expect.any(String));
    expect(await backend.save(KEY, 'another', version)).toEqual(expect.any(String));
    expect(await backend.load(KEY)).toMatchObject({ data: 'another' });
    await backend.close?.();
    await store.dispose?.();
  });
});
