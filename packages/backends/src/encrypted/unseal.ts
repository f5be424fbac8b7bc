import { TokenBackendError } from '@everbearer/core';
import type { StoredText } from '@everbearer/core/contract';
import type { DecryptOptions } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { KID } from './encrypted-options.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { bindingFor, type RecordBinding } from './record-binding.ts';

/** A text as it was saved; without a `kid` when it was stored unsealed. */
export interface Unsealed {
  text: string;
  kid?: string;
}

/**
 * Opens what is stored under a key.
 * @throws {TokenBackendError} `damaged`, with the version; the message says what is wrong and quotes only a kid
 */
export type Unseal = (key: string, stored: Pick<StoredText, 'data' | 'version'>) => Promise<Unsealed>;

/** JWE compact serialization with direct encryption: the second part, an encrypted key, is empty. */
const SEALED = /^[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+$/;

/** Only what `seal()` makes is opened, whatever a header says. */
const AS_SEALED: DecryptOptions = {
  keyManagementAlgorithms: ['dir'],
  contentEncryptionAlgorithms: ['A256GCM'],
  maxDecompressedLength: 0,
};

export function createUnsealer(ring: KeyRing, store: string, acceptPlaintext: boolean): Unseal {
  return async (key, { data, version }) => {
    const damaged = (what: string) =>
      new TokenBackendError({ code: 'damaged', message: `The stored record ${what}`, version });
    if (typeof data !== 'string' || !SEALED.test(data)) {
      if (acceptPlaintext) return { text: data };
      throw damaged(
        'is not sealed. To move a store that was not sealed before, set `acceptPlaintext: true` until all records are sealed; otherwise restore the record, or sign in again to replace it.',
      );
    }
    const opened = await open(data, ring, damaged);
    const fault = bindingFault(opened.header, await bindingFor(key, store));
    if (fault) throw damaged(fault);
    return { text: opened.text, kid: opened.kid };
  };
}

async function open(sealed: string, ring: KeyRing, damaged: (what: string) => Error) {
  const kid = kidOf(sealed);
  const known = kid === undefined ? undefined : await ring.find(kid);
  if (!known) {
    const which = kid !== undefined && KID.test(kid) ? `the key "${kid}"` : 'a key';
    throw damaged(
      `is sealed with ${which} that is not in \`keys\`. Add that key behind the first one; if it is lost, sign in again to replace the record.`,
    );
  }
  const opened = await decrypt(sealed, known);
  if (opened) return opened;
  throw damaged(
    `does not open with the key "${known.kid}": it was changed after it was sealed, or that kid now names another key. Restore the record or the key, or sign in again to replace it.`,
  );
}

async function decrypt(sealed: string, { kid, key }: RingKey) {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, AS_SEALED);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext);
    return { kid, text, header: protectedHeader as Readonly<Record<string, unknown>> };
  } catch {
    return undefined;
  }
}

/** Not to be trusted before the seal is open: it is only used to choose the key to try. */
function kidOf(sealed: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

function bindingFault(header: Readonly<Record<string, unknown>>, own: RecordBinding): string | undefined {
  if (header['v'] !== own.v)
    return 'is sealed in a way that this version of the library does not know. Update it, or sign in again to replace the record.';
  if (header['acct'] !== own.acct)
    return 'was sealed for another account. It was moved here; restore the right one, or sign in again to replace it.';
  if (header['store'] !== own.store)
    return 'was sealed for another store. Check the option `store`; if the record was moved here, restore the right one, or sign in again to replace it.';
  return undefined;
}
