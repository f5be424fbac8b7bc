import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Due } from './due-accounts.ts';
import { durableWrite } from './durable-write.ts';
import { issue } from './renewal-scene.ts';

/*
 * The floor of `due-accounts.ts`: what a renewal has to do in that store, written by hand, and nothing else. "I am about to" and the new
 * tokens are saved; nothing is compared, checked or remembered.
 */

const LEASE = JSON.stringify({ lease: 'mine' }).padEnd(300);
/** As large as the record of a session. */
const record = () => JSON.stringify(issue()).padEnd(4_200);

export function dueOnFiles(directory: string, latencyMs: number): Due {
  return {
    async signIn(name) {
      await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
      await durableWrite(join(directory, name), record());
    },
    async ask(name) {
      await durableWrite(join(directory, name), LEASE);
      await sleep(latencyMs);
      await durableWrite(join(directory, name), record());
    },
    close: async () => undefined,
  };
}

/** @param send - a command to the server; the answer is that of the client */
export function dueOnRedis(send: (command: string[]) => Promise<unknown>, latencyMs: number): Due {
  return {
    signIn: async (name) => void (await send(['SET', name, record()])),
    async ask(name) {
      JSON.parse(String(await send(['GET', name])));
      await send(['SET', `${name} lease`, LEASE]);
      await sleep(latencyMs);
      await send(['SET', name, record()]);
    },
    close: async () => undefined,
  };
}
