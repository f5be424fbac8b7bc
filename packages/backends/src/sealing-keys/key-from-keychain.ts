import { ConfigurationError } from '@everbearer/core';
import { checkOptions } from '../check-options.ts';
import { type HeldKey, type HeldKeyOptions, heldKey } from './held-key.ts';

/** Where in the keychain the key is. */
export interface KeychainEntry extends HeldKeyOptions {
  /** The name of your program, for instance `com.example.mail-monitor`. */
  service: string;
  /** Which entry of that program, for instance `sealing`. */
  account: string;
}

const KNOWN = { service: true, account: true, kid: true } as const;

/**
 * The key in the keychain of the operating system: Keychain of macOS, Credential Manager of Windows, Secret Service of
 * a Linux desktop (GNOME Keyring, KWallet). Needs the peer `@napi-rs/keyring`. Where there is no keychain, as on a
 * server or in a container, that is an error: the kernel's keyring is not used instead, since a restart empties it.
 *
 * The entry holds the key's text. Put it there once: `new Entry(service, account).setPassword(text)` of
 * `@napi-rs/keyring` does it on every system.
 *
 * The only one of the three that is asynchronous, since a keychain may first ask the user: `await` it.
 * @throws {ConfigurationError} when the peer, the keychain or the entry is missing, when the keychain stays locked,
 * when the entry does not hold a key, or an option is unknown
 */
export async function keyFromKeychain(entry: KeychainEntry): Promise<HeldKey> {
  checkOptions<KeychainEntry>(entry ?? {}, KNOWN, 'keyFromKeychain({ service, account })');
  const { service, account, kid } = entry ?? {};
  for (const [option, value] of Object.entries({ service, account })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new ConfigurationError({ option, message: `\`${option}\` must name the entry of the keychain.` });
  }
  const place = `the keychain entry "${service}" / "${account}"`;
  const text = await readEntry(service, account, place);
  const remedy = `Put one there with @napi-rs/keyring: new Entry(service, account).setPassword(text), where the text is what "openssl rand -base64 32" prints.`;
  if (text === null)
    throw new ConfigurationError({ option: 'account', message: `There is no key in ${place}. ${remedy}` });
  return heldKey(text, { option: 'account', place, remedy }, kid);
}

async function readEntry(service: string, account: string, place: string): Promise<string | null> {
  const { AsyncEntry } = await loadKeyring();
  try {
    const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    return await entry.getPassword();
  } catch (cause) {
    throw new ConfigurationError({
      option: 'service',
      message: `No key could be read from ${place}: this system has no keychain, or it is locked. Unlock it, or keep the key elsewhere: keyFromFile() or keyFromEnv().`,
      cause,
    });
  }
}

async function loadKeyring(): Promise<typeof import('@napi-rs/keyring')> {
  try {
    return await import('@napi-rs/keyring');
  } catch (cause) {
    throw new ConfigurationError({
      option: 'service',
      message:
        'keyFromKeychain() needs @napi-rs/keyring, which cannot be loaded here. Run: npm install @napi-rs/keyring, or keep the key elsewhere: keyFromFile() or keyFromEnv().',
      cause,
    });
  }
}
