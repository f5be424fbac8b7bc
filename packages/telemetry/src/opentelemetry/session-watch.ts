import type { TokenManager, TokenStatus } from '@everbearer/core';
import type { Attributes, BatchObservableResult, Meter } from '@opentelemetry/api';
import { createSessionInstruments, type SessionInstruments } from './instruments.ts';
import type { SubjectAttributes } from './subject-attributes.ts';

/** What the watch needs of a token manager. */
export type Observable = Pick<TokenManager, 'status' | 'account' | 'provider'>;

/** A token manager, and what it told last: a session goes on ending while the store does not answer. */
interface Watched {
  readonly tokens: Observable;
  endsAt: number | undefined;
  pending: number;
}

/** What is told of one account, as numbers. */
interface Standing {
  /** In seconds; undefined where it has no end that is known. */
  remaining: number | undefined;
  pending: number;
  unreadable: number;
}

/** A store that does not answer holds up the metrics of the whole program no longer than this. */
const PATIENCE_MS = 5_000;

/** Asks token managers where they stand, each time metrics are collected. */
export interface SessionWatch {
  /** @returns takes it out again */
  add(tokens: Observable): () => void;
  /** Lets this meter ask. */
  register(meter: Meter): { stop(): void };
}

export function createSessionWatch(attributesOf: SubjectAttributes): SessionWatch {
  const watched = new Map<symbol, Watched>();

  return {
    add(tokens) {
      const key = Symbol('a watched token manager');
      watched.set(key, { tokens, endsAt: undefined, pending: 0 });
      return () => void watched.delete(key);
    },
    register(meter) {
      const to = createSessionInstruments(meter);
      const all = Object.values(to);
      const observe = async (result: BatchObservableResult) => {
        const entries = [...watched.values()];
        const standings = await Promise.all(entries.map(standingOf));
        const told = entries.map(({ tokens }, index) => ({
          attributes: attributesOf(tokens),
          standing: standings[index] as Standing,
        }));
        for (const { attributes, standing } of merged(told)) report(result, to, attributes, standing);
      };
      meter.addBatchObservableCallback(observe, all);
      return { stop: () => meter.removeBatchObservableCallback(observe, all) };
    },
  };
}

async function standingOf(watched: Watched): Promise<Standing> {
  const status = await answered(watched.tokens);
  if (status) {
    watched.endsAt = endOf(status);
    watched.pending = status.state === 'reauthorization_required' ? 1 : 0;
  }
  const { endsAt, pending } = watched;
  const remaining = endsAt === undefined ? undefined : Math.max(0, endsAt - Date.now()) / 1000;
  return { remaining, pending, unreadable: status ? 0 : 1 };
}

/** The status, or undefined where the store cannot be read or is silent. */
async function answered(tokens: Observable): Promise<TokenStatus | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([tokens.status(), silence]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Of a session that a person must begin anew, nothing is left, whatever its refresh token would have lived. */
function endOf({ state, reason, session }: TokenStatus): number | undefined {
  if (state === 'reauthorization_required' && reason !== 'interaction_required') return 0;
  return session?.expiresAt;
}

interface Told {
  attributes: Attributes;
  standing: Standing;
}

/** One for each set of attributes: accounts that are not told apart are added up, and the shortest life counts. */
function merged(told: readonly Told[]): Told[] {
  const sets = new Map<string, Told>();
  for (const { attributes, standing } of told) {
    const key = JSON.stringify(attributes);
    const before = sets.get(key)?.standing;
    const lives = [before?.remaining, standing.remaining].filter((life) => life !== undefined);
    sets.set(key, {
      attributes,
      standing: {
        remaining: lives.length > 0 ? Math.min(...lives) : undefined,
        pending: (before?.pending ?? 0) + standing.pending,
        unreadable: (before?.unreadable ?? 0) + standing.unreadable,
      },
    });
  }
  return [...sets.values()];
}

function report(
  result: BatchObservableResult,
  to: SessionInstruments,
  attributes: Attributes,
  { remaining, pending, unreadable }: Standing,
): void {
  if (remaining !== undefined) result.observe(to.remaining, remaining, attributes);
  result.observe(to.pending, pending, attributes);
  result.observe(to.unreadable, unreadable, attributes);
}
