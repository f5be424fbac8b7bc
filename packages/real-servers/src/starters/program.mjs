import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/**
 * A folder of this process's own, which is gone when it ends. Not below TMPDIR: the tests look there for secrets, and a server
 * may keep tokens in files.
 */
export function ownFolder() {
  const folder = mkdtempSync('/tmp/real-server-');
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts a program that is a server, and resolves once it answers at an address. It ends with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, address: string, env?: Record<string, string> }} options
 * @returns {Promise<void>}
 */
export async function startProgram(command, args, { cwd, address, env = {} }) {
  const program = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  program.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  process.on('exit', () => program.kill('SIGKILL'));
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(100)) {
    if (program.exitCode !== null) break;
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${command} does not answer. Its last words: ${said}`);
}
