import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { contentVersion, READ_ONLY, refuseToSave } from '../read-only.ts';
import { checkSecret } from './check-secret.ts';
import { readSecret } from './read-secret.ts';
import { createSecretWatch } from './secret-watch.ts';

/** Where {@link secretBackend} looks. */
export interface SecretBackendOptions {
  /**
   * The path of the file: a mounted Kubernetes or Docker secret, a systemd credential, any file that something else
   * keeps up to date. A relative path starts at the working directory of the process.
   */
  path: string;
}

/** A read-only backend. */
export type SecretBackend = TokenBackend & {
  [Name in 'location' | 'watch' | 'check' | 'close']: NonNullable<TokenBackend[Name]>;
};

/**
 * A credential in a file that something else writes: a refresh token, a token response as JSON, or base64 of such
 * JSON. It is read, and never written: through `seedFrom` it is a `seed` in front of a backend that can be written, or the
 * `backend` itself where old refresh tokens stay valid. Links are followed, so that the swap of `..data` by which
 * Kubernetes updates a mounted secret is seen; the file is read again at each look, and its folder is watched for
 * hints. While the file is not there, nothing is stored, which is not an error.
 * @throws {ConfigurationError} when `path` cannot be a path, or an option is unknown. Whether the file can be read is
 * seen at first use.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export function secretBackend(options: SecretBackendOptions): SecretBackend {
  const path = checkedPath(options);
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

/** Absolute. */
function checkedPath(options: SecretBackendOptions): string {
  checkOptions<SecretBackendOptions>(
    options,
    { path: true },
    "secretBackend({ path: '/run/secrets/refresh-token' })",
  );
  const { path } = options;
  // Never quoted: the content may have been passed in place of the path.
  if (typeof path !== 'string' || path.trim() === '' || path.includes('\0') || /[\r\n]/.test(path)) {
    throw new ConfigurationError({ option: 'path', message: '`path` must be the path of a file.' });
  }
  if (/^~([/\\]|$)/.test(path)) {
    throw new ConfigurationError({
      option: 'path',
      message: '`path` begins with `~`, which only a shell replaces. Use os.homedir().',
    });
  }
  return resolve(path);
}
