import type { BackendCheck, SaveOptions, StoredText, TokenBackend } from '@everbearer/core/contract';
import { checkSeals } from './check-seals.ts';
import { checkSources } from './check-sources.ts';
import { type EncryptedOptions, encryptedSettings } from './encrypted-options.ts';
import { openKeyRing } from './key-ring.ts';
import { bindingFor } from './record-binding.ts';
import { seal, sealedBytes } from './seal.ts';
import { createUnsealer } from './unseal.ts';

/** A backend whose store holds only sealed texts. In everything else it is the backend it wraps. */
export interface EncryptedBackend extends TokenBackend {
  /**
   * The checks of the wrapped backend; where the keys are from, as far as they say so; and, where it can list its records,
   * with which keys they are sealed: so one sees when an old key is no longer needed. At most 1,000 records are looked at.
   */
  check: () => Promise<BackendCheck[]>;
}

/**
 * Seals records before they reach a store, and opens them again: JWE compact serialization, `dir` with A256GCM.
 * The header is part of the seal and bound to the account and to `store`, so that a record put in another's place
 * does not open. Versions, hints, holders and everything else are those of the wrapped backend. Each save seals the
 * record again, with the first key.
 *
 * `load` throws TokenBackendError `damaged`, with the version that a sign-in may overwrite, for a record that was
 * changed, moved, sealed with a key that is not in `keys`, or not sealed at all. One thing cannot be detected: that
 * somebody who can write to the store put back an older record of the same account.
 * @throws {ConfigurationError} that names the option: a key that is too short, too long or not random, a `kid` that is
 * given twice, an option that is unknown
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-3.1
 */
export function encrypted(backend: TokenBackend, options: EncryptedOptions): EncryptedBackend {
  const { keys, store, acceptPlaintext } = encryptedSettings(backend, options);
  const ring = openKeyRing(keys);
  const unseal = createUnsealer(ring, store, acceptPlaintext);

  async function load(key: string): Promise<StoredText | undefined> {
    const stored = await backend.load(key);
    if (!stored) return undefined;
    const { text } = await unseal(key, stored);
    const { note } = stored;
    // One that does not open says no more than that there is one.
    const opened = note && (await unseal(key, { ...stored, data: note }).catch(() => ({ text: '' }))).text;
    return { ...stored, data: text, ...(note !== undefined && { note: opened }) };
  }

  async function save(key: string, data: string, expected: string | undefined, options: SaveOptions = {}) {
    const first = await ring.first;
    const binding = await bindingFor(key, store);
    const { reserveBytes, note } = options;
    const reserve = reserveBytes !== undefined && {
      reserveBytes: sealedBytes(reserveBytes, first.kid, binding),
    };
    const sealed = await seal(data, first, binding);
    const beside = note !== undefined && { note: await seal(note, first, binding) };
    return backend.save(key, sealed, expected, { ...options, ...reserve, ...beside });
  }

  return {
    ...passedThrough(backend),
    get capabilities() {
      return backend.capabilities;
    },
    load,
    save,
    async check() {
      const inner = (await backend.check?.()) ?? [];
      return [...inner, ...(await checkSources(ring)), ...(await checkSeals(backend, ring, unseal))];
    },
  };
}

/** The parts that never look inside a record. What the wrapped backend lacks is missing here too. */
function passedThrough(backend: TokenBackend): Partial<TokenBackend> {
  const { location, holder } = backend;
  return {
    ...(location !== undefined && { location }),
    ...(holder !== undefined && { holder }),
    ...(backend.isHolderAlive && { isHolderAlive: (holder) => backend.isHolderAlive?.(holder) }),
    ...(backend.delete && {
      delete: async (key, expected) => (await backend.delete?.(key, expected)) ?? false,
    }),
    ...(backend.wasDeleted && { wasDeleted: async (key) => (await backend.wasDeleted?.(key)) ?? false }),
    ...(backend.list && { list: () => backend.list?.() as AsyncIterable<string> }),
    ...(backend.watch && { watch: (key, hint) => backend.watch?.(key, hint) ?? (() => undefined) }),
    ...(backend.warnings && { warnings: () => backend.warnings?.() ?? [] }),
    ...(backend.close && { close: async () => backend.close?.() }),
  } satisfies Partial<TokenBackend>;
}
