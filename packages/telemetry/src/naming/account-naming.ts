import { type FingerprintKey, keyedName, readKey } from '../fingerprint/keyed-name.ts';
import { need } from '../options.ts';

/** How accounts are called: by their names, by eight characters that a key makes of the name, or not at all. */
export type AccountNaming = 'name' | 'hash' | 'omit';

/** The options about accounts that every listener has. */
export interface AccountOptions {
  /** How accounts are called. A name may be an e-mail address. */
  account?: AccountNaming | undefined;
  /** With `account: 'hash'`: the key, as for `tokenFingerprint()`. Default: none, and `'hash'` is refused without one. */
  key?: FingerprintKey | undefined;
}

/** What an account is called; undefined where it has no name, or where names are left out. */
export type NameOf = (account: string | undefined) => string | undefined;

/** @throws {ConfigurationError} when `account` is none of the three, and when only one of `'hash'` and `key` is given */
export function accountNaming({ account: naming = 'omit', key }: AccountOptions): NameOf {
  need(['name', 'hash', 'omit'].includes(naming), 'account', "must be 'name', 'hash' or 'omit'.");
  if (naming !== 'hash') {
    need(key === undefined, 'key', "is for `account: 'hash'` alone. Set that, or leave the key out.");
    return naming === 'name' ? (account) => account : () => undefined;
  }
  need(
    key !== undefined,
    'key',
    "is needed for `account: 'hash'`: without one, whoever reads the names could try addresses until one fits.",
  );
  const bytes = readKey(key);
  return (account) => (account === undefined ? undefined : keyedName(bytes, 'account', account));
}
