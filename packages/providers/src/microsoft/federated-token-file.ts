import { readFile, stat } from 'node:fs/promises';
import { ConfigurationError } from '@everbearer/core';
import { requireText } from '../options/require-option.ts';

/** Signed tokens are a few KiB. */
const LONGEST_FILE = 64 * 1024;

/**
 * A `clientAssertion` for `microsoft()` out of a file that something else keeps fresh, as Kubernetes does with a projected
 * service account token. The file is read again for each token request, because it is replaced before its token ends.
 *
 * The function that it returns rejects with a ConfigurationError that names the file, if the file cannot be read or holds no
 * token.
 * @throws {ConfigurationError} `tokenFile`, when it is not a path
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export function federatedTokenFile(path: string): () => Promise<string> {
  const file = requireText('tokenFile', path, 'Write the path of the file that holds the token.');
  return async () => {
    const token = (await textOf(file)).trim();
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
    throw unusable(file, 'holds no signed token (JWT)');
  };
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LONGEST_FILE) throw unusable(file, 'is longer than 64 KiB');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'no reason given' } = error as { code?: string };
    throw unusable(file, `cannot be read (${code})`, error);
  }
}

function unusable(file: string, fault: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({
    option: 'tokenFile',
    message: `The token file ${file} ${fault}. Check that it is mounted, and that this user may read it.`,
    cause,
  });
}
