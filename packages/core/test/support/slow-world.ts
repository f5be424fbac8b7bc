import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import { sharedStore } from './shared-store.ts';
import { type StrictServer, strictServer } from './strict-server.ts';

/** A place where work waits until it is let on; open at first. */
export interface Gate {
  shut(): void;
  open(): void;
  /** How many wait there. */
  readonly waiting: number;
  pass(): Promise<void>;
}

export function gate(): Gate {
  let isShut = false;
  let waiting: (() => void)[] = [];
  return {
    shut() {
      isShut = true;
    },
    open() {
      isShut = false;
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
    get waiting() {
      return waiting.length;
    },
    async pass() {
      if (isShut) await new Promise<void>((go) => waiting.push(go));
    },
  };
}

/** A store and a token endpoint that can be made to wait: loads, saves, the way back of a save, and replies. */
export interface SlowWorld {
  server: StrictServer;
  provider: TokenProvider;
  backend: TokenBackend;
  load: Gate;
  save: Gate;
  /** Saved already, and not acknowledged yet. */
  saved: Gate;
  reply: Gate;
}

export function slowWorld(options: Parameters<typeof strictServer>[0] = {}): SlowWorld {
  const [load, save, saved, reply] = [gate(), gate(), gate(), gate()] as const;
  const server = strictServer({ ...options, latency: () => reply.pass() });
  const { backend } = sharedStore();
  return {
    server,
    provider: server.provider,
    load,
    save,
    saved,
    reply,
    backend: {
      ...backend,
      async load(key) {
        await load.pass();
        return backend.load(key);
      },
      async save(...asked) {
        await save.pass();
        const version = await backend.save(...asked);
        await saved.pass();
        return version;
      },
    },
  };
}
