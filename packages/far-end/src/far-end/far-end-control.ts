import { randomBytes } from 'node:crypto';
import {
  jsonReply,
  type LoopbackServer,
  listenOnLoopback,
  readText,
  send,
} from '@everbearer/testing/loopback-server';
import type { FarEndCommands } from './far-end-commands.ts';

/** The commands of a far end, as another process calls them. */
export type FarEndControl = {
  [Name in keyof FarEndCommands]: (
    ...args: Parameters<FarEndCommands[Name]>
  ) => Promise<ReturnType<FarEndCommands[Name]>>;
};

/** Serves the commands as `POST <url>/<name>` with their arguments as a JSON list. The path is unguessable. */
export async function serveControl(commands: FarEndCommands): Promise<LoopbackServer> {
  const key = randomBytes(16).toString('hex');
  const listening = await listenOnLoopback(async (request, response, url) => {
    const [, given, name = ''] = url.pathname.split('/');
    const text = await readText(request);
    if (given !== key || request.method !== 'POST' || !Object.hasOwn(commands, name) || text === undefined) {
      return send(response, jsonReply(404, { error: 'There is no such command.' }));
    }
    const command = commands[name as keyof FarEndCommands] as (...args: unknown[]) => unknown;
    try {
      const args = (JSON.parse(text) as unknown[]).map((arg) => arg ?? undefined);
      send(response, jsonReply(200, { result: command(...args) }));
    } catch (error) {
      send(
        response,
        jsonReply(400, { error: error instanceof Error ? error.message : 'The command failed.' }),
      );
    }
  });
  return { ...listening, url: `${listening.url}/${key}` };
}

const NAMES: Readonly<Record<keyof FarEndCommands, true>> = {
  approve: true,
  deny: true,
  pendingUserCodes: true,
  signIn: true,
  script: true,
  clearScript: true,
  scriptApi: true,
  clearApiScript: true,
  revokeAccessTokens: true,
  revokeFamily: true,
  expireNow: true,
  requireClaims: true,
  liftClaims: true,
  setAccessTokenLife: true,
  configure: true,
  configureApi: true,
  counts: true,
  timeline: true,
  secrets: true,
};

const TIMEOUT_MS = 10_000;

/** The other end: one function a command. Rejects when the far end is gone or refuses. */
export function connectControl(url: string): FarEndControl {
  const call =
    (name: string) =>
    async (...args: unknown[]): Promise<unknown> => {
      const response = await fetch(`${url}/${name}`, {
        method: 'POST',
        body: JSON.stringify(args),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new Error(`The far end did not take the command "${name}". Is it still running?`, { cause });
      });
      const { result, error } = (await response.json()) as { result?: unknown; error?: string };
      if (!response.ok) throw new Error(error ?? `The far end refused the command "${name}".`);
      return result;
    };
  return Object.fromEntries(Object.keys(NAMES).map((name) => [name, call(name)])) as unknown as FarEndControl;
}
