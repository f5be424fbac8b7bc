import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type { TokenBackend } from '@everbearer/core/contract';
import { type Count, nextCount, parseCount } from './conformance-count.ts';
import type { FromConformanceProcess, OpenMessage, ToConformanceProcess } from './conformance-messages.ts';

/* One of several processes over the store under test. It does what its parent says, and ends when its parent does. */

const tell = (message: FromConformanceProcess) => void (process.connected && process.send?.(message));
let backend: TokenBackend;
let stopping = false;

async function open({ module, factory, argument }: OpenMessage): Promise<void> {
  const exported = ((await import(module)) as Record<string, unknown>)[factory];
  if (typeof exported !== 'function') throw new Error(`${module} does not export a function "${factory}".`);
  backend = (await exported(argument)) as TokenBackend;
  // Most of these processes are killed: what this one compiled is kept for the next.
  flushCompileCache();
  tell({ said: 'opened' });
}

async function count(key: string, times: number): Promise<void> {
  stopping = false;
  for (let done = 0; done < times && !stopping; ) {
    const stored = await backend.load(key);
    const before = parseCount(stored?.data);
    tell({ said: 'saving' });
    const begun = performance.now();
    const number = await addOne(key, before, stored?.version);
    if (number === undefined) tell({ said: 'passed over' });
    else {
      tell({ said: 'counted', number, tookMs: performance.now() - begun });
      done++;
    }
    // With a store that never waits, the message that says stop would never be read.
    await setImmediate();
  }
  tell({ said: 'finished' });
}

async function addOne(key: string, before: Count, expected: string | undefined): Promise<number | undefined> {
  const me = randomUUID();
  const next = nextCount(before, me);
  try {
    const version = await backend.save(key, JSON.stringify(next), expected);
    return version === undefined ? undefined : next.number;
  } catch {
    // The outcome is unknown; the stored count tells it.
    const { by } = parseCount((await backend.load(key))?.data);
    return by.includes(me) ? next.number : undefined;
  }
}

async function carryOut(message: ToConformanceProcess): Promise<void> {
  switch (message.do) {
    case 'open':
      return open(message);
    case 'save':
      tell({ said: 'saved', version: await backend.save(message.key, message.data, message.expected) });
      return;
    case 'count':
      return count(message.key, message.times);
    case 'stop':
      stopping = true;
  }
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToConformanceProcess) => {
  carryOut(message).catch((error: unknown) => {
    tell({ said: 'failed', why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  });
});
