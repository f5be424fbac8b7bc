import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager, type TokenManager } from '@everbearer/core';
import type { RealServer } from './real-server.ts';
import { type CountedProvider, providerAt } from './session.ts';

/* One process among several that live on the same sessions, one at each server. It never signs in. */

/** A server as it was told about itself, in JSON. */
export type ToldServer = Omit<RealServer, 'stop' | typeof Symbol.asyncDispose>;

export type ToSession =
  /** Take part in the session in this directory. */
  | { type: 'join'; server: ToldServer; directory: string }
  /** Ask for a newer token. */
  | { type: 'renew'; server: string }
  | { type: 'leave'; server: string };

export type FromSession =
  | { type: 'started' }
  | { type: 'joined' | 'left'; server: string }
  /** What it holds after a renewal, and how many token requests it has sent to that server in all. */
  | { type: 'renewed'; server: string; token: string; refreshes: number }
  | { type: 'failed'; server: string; message: string };

const joined = new Map<string, { manager: TokenManager; counted: CountedProvider }>();
const tell = (message: FromSession) => void process.send?.(message);

async function join(server: RealServer, directory: string): Promise<FromSession> {
  const counted = await providerAt(server);
  const manager = createTokenManager({ provider: counted.provider, backend: fileBackend({ directory }) });
  joined.set(server.name, { manager, counted });
  await manager.getToken();
  return { type: 'joined', server: server.name };
}

async function follow(message: ToSession): Promise<FromSession> {
  if (message.type === 'join') return join(message.server as RealServer, message.directory);
  const { server } = message;
  const session = joined.get(server);
  if (!session) throw new Error('It has not joined that session.');
  if (message.type === 'renew') {
    const { token } = await session.manager.renew();
    return { type: 'renewed', server, token, refreshes: session.counted.refreshes };
  }
  await session.manager.close();
  joined.delete(server);
  return { type: 'left', server };
}

process.on('message', (message: ToSession) => {
  const server = message.type === 'join' ? message.server.name : message.server;
  void follow(message).then(tell, (error: unknown) =>
    tell({ type: 'failed', server, message: String(error) }),
  );
});
tell({ type: 'started' });
