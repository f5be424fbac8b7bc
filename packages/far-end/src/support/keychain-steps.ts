// What keyFromKeychain() does with the Secret Service of this session. Argument: `unlocked` or `locked`.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { encrypted } from '@everbearer/backends/encrypted';
import { memoryBackend } from '@everbearer/backends/memory';
import { keyFromKeychain } from '@everbearer/backends/sealing-keys';
import { AsyncEntry } from '@napi-rs/keyring';

const entry = { service: 'everbearer-test', account: 'sealing' };
const refused = (message: RegExp) => ({ name: 'ConfigurationError', message });

if (process.argv[2] === 'locked') {
  await assert.rejects(keyFromKeychain(entry), refused(/there is none, or it is locked/));
  console.log('a locked keychain is an error.');
} else {
  await assert.rejects(keyFromKeychain(entry), refused(/There is no key in the keychain entry/));
  const text = randomBytes(32).toString('base64url');
  const secretService = { linux: { store: 'secret-service' } } as const;
  const stored = new AsyncEntry(entry.service, entry.account, secretService);
  await stored.setPassword('correct horse battery staple');
  await assert.rejects(keyFromKeychain(entry), refused(/is not base64url text/));
  await stored.setPassword(text);
  const store = memoryBackend();
  await encrypted(store, { keys: [await keyFromKeychain(entry)] }).save('key', 'a text', undefined);
  assert.equal((await encrypted(store, { keys: [{ key: text }] }).load('key'))?.data, 'a text');
  console.log('absent and unfit keys are refused, and the key in the keychain seals.');
}
