import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { contentVersion, READ_ONLY, refuseToSave, requireOptions } from './read-only.ts';
import { checkSecret } from './secret/check-secret.ts';
import { readSecret } from './secret/read-secret.ts';
import { createSecretWatch } from './secret/secret-watch.ts';

/** Where {@link secretBackend} looks. */
export interface SecretBackendOptions {
  /** The file: a mounted Kubernetes or Docker secret, a systemd credential, any file that others keep fresh. */
  path: string;
}

/** A backend that is only read from. */
export type SecretBackend = TokenBackend &
  Required<Pick<TokenBackend, 'location' | 'watch' | 'check' | 'close'>>;

/**
 * A credential in a file that somebody else writes: a refresh token, a token response as JSON, or base64 of such
 * JSON. It is read, and never written: `seedFrom(secretBackend(…))` is a `seed` in front of a backend that can be, or
 * stands for the `backend` itself where old refresh tokens stay valid. Links are followed, so that the swap of `..data` by which Kubernetes updates a mounted
 * secret is seen; the file is read anew at each look, and its folder is watched for hints. A file that is not there
 * holds nothing, which is no error.
 * @throws {ConfigurationError} when `path` cannot be a path
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export function secretBackend(options: SecretBackendOptions): SecretBackend {
  requireOptions(options, "secretBackend({ path: '/run/secrets/refresh-token' })");
  const { path: given } = options;
  if (typeof given !== 'string' || given.trim() === '' || given.includes('\0') || /[\r\n]/.test(given)) {
    throw new ConfigurationError({ option: 'path', message: '`path` must be the path of a file.' });
  }
  if (/^~([/\\]|$)/.test(given)) {
    throw new ConfigurationError({
      option: 'path',
      message: '`path` begins with `~`, which only a shell replaces. Use os.homedir().',
    });
  }
  const path = resolve(given);
  const watches = createSecretWatch(path);

  return {
    capabilities: READ_ONLY,
    location: path,
    async load() {
      const data = await readSecret(path);
      return data === undefined ? undefined : { data, version: await contentVersion(data) };
    },
    save: () => refuseToSave(path),
    watch: (_key, hint) => watches.watch(hint),
    check: () => checkSecret(path),
    async close() {
      watches.close();
    },
  };
}
