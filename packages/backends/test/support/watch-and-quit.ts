import { redisBackend } from '@everbearer/backends/redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

/* Listens over a client, closes that client and nothing else, and has then to end by itself. */

const [library, port] = process.argv.slice(2);
const client =
  library === 'ioredis' ? new Redis(Number(port)) : createClient({ url: `redis://127.0.0.1:${port}` });
if ('isReady' in client) await client.connect();
const backend = redisBackend({ client });
await new Promise<void>((resolve) => backend.watch?.('key', () => resolve()));
console.log('hinted');
if ('isReady' in client) await client.close();
else await client.quit();
