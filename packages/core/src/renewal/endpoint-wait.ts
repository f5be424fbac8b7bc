import { endWait } from '../abortable.ts';
import { type Clock, deadline } from '../clock.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';

/**
 * How long callers wait for the token endpoint. A request lives longer than that: giving it up could lose a new refresh
 * token. So it goes on for as long as its lease allows, and callers are told meanwhile.
 */
export interface EndpointWait {
  /** The token endpoint is being asked, until the returned function is called. */
  begin(): () => void;
  /**
   * What a caller who comes now is to wait for: the result, or the error `timeout` when it has waited for the token endpoint
   * for too long by then. The work goes on. `onLeft` is called when every caller so far has been told.
   */
  share<T>(result: Promise<T>, onLeft?: () => void): () => Promise<T>;
}

/** Callers who came at about the same time. */
interface Waiters {
  since: number;
  tell(error: EndpointFailure): void;
}

/** Callers who come within this time are told together, so that a thousand callers need one timer. */
const TOGETHER_MS = 100;

export function createEndpointWait(clock: Clock, patienceMs: number): EndpointWait {
  /** In the order in which they came, which is the order in which they are told. */
  const waiting = new Set<Waiters>();
  let asking: { since: number; ended: AbortController } | undefined;
  let isTelling = false;

  async function tellInTurn(): Promise<void> {
    isTelling = true;
    for (let first = firstOf(waiting); asking && first; first = firstOf(waiting)) {
      const { since, ended } = asking;
      const dueAt = (waiters: Waiters) => Math.max(waiters.since, since) + patienceMs;
      await deadline(clock, dueAt(first) - clock.monotonic(), { signal: ended.signal }).catch(
        () => undefined,
      );
      if (ended.signal.aborted) continue;
      for (const waiters of waiting) {
        if (dueAt(waiters) > clock.monotonic()) break;
        waiting.delete(waiters);
        waiters.tell(stillUnderWay(patienceMs));
      }
    }
    isTelling = false;
  }

  function waitFor<T>(result: Promise<T>, since: number, onTold: () => void): Promise<T> {
    const shared = new Promise<T>((resolve, reject) => {
      const waiters: Waiters = {
        since,
        tell(error) {
          onTold();
          reject(error);
        },
      };
      waiting.add(waiters);
      result.then(resolve, reject).finally(() => waiting.delete(waiters));
    });
    shared.catch(() => undefined);
    if (asking && !isTelling) void tellInTurn();
    return shared;
  }

  return {
    begin() {
      const mine = { since: clock.monotonic(), ended: new AbortController() };
      asking = mine;
      if (!isTelling) void tellInTurn();
      return () => {
        if (asking === mine) asking = undefined;
        endWait(mine.ended);
      };
    },
    share<T>(result: Promise<T>, onLeft?: () => void) {
      let last: { since: number; shared: Promise<T> } | undefined;
      let groups = 0;
      return () => {
        const now = clock.monotonic();
        if (last && (!asking || now <= last.since)) return last.shared;
        const since = now + TOGETHER_MS;
        groups++;
        const onTold = () => {
          if (last?.since === since) last = undefined;
          if (--groups === 0) onLeft?.();
        };
        last = { since, shared: waitFor(result, since, onTold) };
        return last.shared;
      };
    },
  };
}

const firstOf = (waiting: ReadonlySet<Waiters>): Waiters | undefined => waiting.values().next().value;

function stillUnderWay(patienceMs: number): EndpointFailure {
  return new EndpointFailure({
    code: 'timeout',
    description: `after ${Math.round(patienceMs / 100) / 10} s the request is still under way. Nothing is lost: its answer will be used when it comes`,
  });
}
