import { type Context, handler } from './handler.ts';

/* An instance, as a platform runs it: it answers one call after the other, and is frozen in between. */

process.on('message', async () => {
  const behind: Promise<unknown>[] = [];
  const context: Context = { waitUntil: (work) => void behind.push(work) };
  const answer = await handler(context).catch((error: Error) => ({ status: 500, body: error.message }));
  await Promise.all(behind);
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
