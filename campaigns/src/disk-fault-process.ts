import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { AuthError, createTokenManager } from '@everbearer/core';
import type { TokenProvider } from '@everbearer/core/contract';
import { oauth2 } from '@everbearer/providers/oauth2';

/*
 * A process whose disk lets it down, in a mount namespace of its own where `directory` is a small file system. It
 * prints what its callers were told, one line of JSON each.
 */

const { directory, mount, tokenEndpoint, clientId, signedIn, fault } = JSON.parse(
  process.env['DISK_FAULT'] ?? '{}',
) as {
  directory: string;
  /** What is mounted; undefined: an ordinary directory. */
  mount?: string;
  tokenEndpoint: string;
  clientId: string;
  signedIn?: { accessToken: string; refreshToken: string };
  fault: 'full' | 'read-only' | 'none' | 'read-only-after-rotation';
};
const print = (line: object) => console.log(JSON.stringify(line));
const remount = (how: 'ro' | 'rw') =>
  execFileSync('mount', ['-o', `remount,bind,${how}`, mount ?? directory]);

const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
let recoveredAt = 0;

/** The disk goes read-only between the server's answer and the save, and comes back after a while. */
const failing: TokenProvider = {
  ...provider,
  async refresh(credential, context) {
    const tokens = await provider.refresh(credential, context);
    remount('ro');
    setTimeout(() => {
      remount('rw');
      recoveredAt = performance.now();
    }, 1_200);
    return tokens;
  },
};

const tokens = createTokenManager({
  provider: fault === 'read-only-after-rotation' ? failing : provider,
  backend: fileBackend({ directory }),
  onEvent: ({ type }) => {
    const afterRecoveryMs = type === 'saved_late' ? Math.round(performance.now() - recoveredAt) : undefined;
    print({ event: type, afterRecoveryMs });
  },
});

try {
  if (signedIn) await tokens.signIn(signedIn);
  if (fault === 'full') fill();
  if (fault === 'read-only') remount('ro');
  const begunAt = performance.now();
  const { token } = await tokens.renew();
  print({ renewed: true, ms: Math.round(performance.now() - begunAt) });
  // Nothing below waits for the save: the library itself keeps the process alive for it.
  process.on('exit', () => print({ stored: storedText().includes(token) }));
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  print({ refused: error instanceof AuthError, code, message });
}

function fill(): void {
  const filler = join(mount ?? directory, 'filler');
  for (const size of [65_536, 4_096, 512, 1]) {
    for (let n = 0; n < 4_096; n++) {
      try {
        writeFileSync(`${filler}-${size}-${n}`, Buffer.alloc(size));
      } catch {
        rmSync(`${filler}-${size}-${n}`, { force: true });
        break;
      }
    }
  }
}

function storedText(): string {
  return globSync(join(directory, '*', 'v.*'))
    .map((path) => readFileSync(path, 'utf8'))
    .join();
}
