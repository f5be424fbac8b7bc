import { setImmediate } from 'node:timers/promises';
import { TokenBackendError } from '@everbearer/core';
import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import type { ConformanceStore } from '@everbearer/testing/backend-conformance';

/** What a backend may get wrong; all of it is right by default. */
export interface Faults {
  compares?: boolean;
  pausesInSave?: boolean;
  version?(text: string): string;
  forgetsVersions?: boolean;
  keyOf?(key: string): string;
  textOf?(text: string): string;
  deleteCompares?: boolean;
  quotesText?: boolean;
  hidesDamage?: boolean;
  hints?: boolean;
  caches?: boolean;
  throwsAfterWriting?: boolean;
  throwsOnConflict?: boolean;
  writesInSteps?: boolean;
  quotesRefused?: boolean;
  keepsHistory?: boolean;
  recoversErased?: boolean;
  forgetsDeletions?: boolean;
}

interface Rows {
  rows: Map<string, { key: string; data: string; version: string; damaged?: boolean }>;
  /** What was stored before, of any key: a right store keeps none of it. */
  history: string[];
  deleted: Set<string>;
  watchers: Set<{ key: string; hint(): void }>;
  counter: number;
}

export function mapStore(faults: Faults = {}): ConformanceStore {
  const shared: Rows = { rows: new Map(), history: [], deleted: new Set(), watchers: new Set(), counter: 0 };
  const idOf = faults.keyOf ?? ((key: string) => key);
  return {
    open: () => mapBackend(shared, faults),
    damage(key) {
      const row = shared.rows.get(idOf(key));
      if (row) row.damaged = true;
    },
    holds: (text) =>
      [...shared.rows.values()].some(({ data }) => data.includes(text)) ||
      shared.history.some((data) => data.includes(text)),
  };
}

/** A backend over a map that all of them share, as small as the contract allows. */
export function mapBackend(shared: Rows, faults: Faults = {}): TokenBackend {
  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    holder: 'this process',
    isHolderAlive: (holder) => (holder === 'this process' ? true : undefined),
    ...records(shared, faults),
    async *list() {
      for (const { key } of shared.rows.values()) yield key;
    },
    watch(key, hint) {
      const watcher = { key, hint };
      shared.watchers.add(watcher);
      return () => void shared.watchers.delete(watcher);
    },
    check: async () => [{ name: 'map', ok: true, detail: 'There is a map.', remedy: '' }],
  };
}

function records(
  shared: Rows,
  faults: Faults,
): Required<Pick<TokenBackend, 'load' | 'save' | 'delete' | 'wasDeleted' | 'close'>> {
  const { keyOf: idOf = (key) => key, textOf = (text) => text } = faults;
  let closed = false;
  const cached = new Map<string, StoredText>();
  return {
    async load(key) {
      const remembered = faults.caches && cached.get(key);
      if (remembered) return remembered;
      const row = shared.rows.get(idOf(key));
      if (row && faults.caches) cached.set(key, { data: row.data, version: row.version });
      if (!row?.damaged) return row && { data: row.data, version: row.version };
      if (faults.hidesDamage) return undefined;
      const older = faults.recoversErased ? shared.history.at(-1) : undefined;
      if (older !== undefined) return { data: older, version: row.version, recovered: true };
      throw new TokenBackendError({
        code: 'damaged',
        message: 'The record is damaged.',
        version: row.version,
      });
    },
    async save(key, data, expected) {
      if (faults.quotesRefused && data.length > 2 ** 20) throw new Error(`"${data}" is too long`);
      if (closed) throw new Error(faults.quotesText ? `closed; "${data}" was not saved` : 'closed');
      const conflict = shared.rows.get(idOf(key))?.version !== expected;
      if (faults.pausesInSave) await setImmediate();
      if (conflict && faults.throwsOnConflict) throw new Error('duplicate key');
      if (conflict && faults.compares !== false) return undefined;
      const version = nextVersion(shared, faults, data);
      const replaced = shared.rows.get(idOf(key));
      if (replaced && (faults.keepsHistory || faults.recoversErased)) shared.history.push(replaced.data);
      if (!faults.forgetsDeletions) shared.deleted.delete(idOf(key));
      if (faults.writesInSteps) {
        shared.rows.set(idOf(key), { key, data: data.slice(0, data.length / 2), version });
        await setImmediate();
      }
      shared.rows.set(idOf(key), { key, data: textOf(data), version });
      cached.set(key, { data: textOf(data), version });
      if (faults.throwsAfterWriting) throw new Error('the hint could not be sent');
      for (const watcher of shared.watchers)
        if (watcher.key === key && faults.hints !== false) watcher.hint();
      return version;
    },
    async delete(key, expected) {
      if (shared.rows.get(idOf(key))?.version !== expected && faults.deleteCompares !== false) return false;
      shared.deleted.add(idOf(key));
      return shared.rows.delete(idOf(key));
    },
    wasDeleted: async (key) => shared.deleted.has(idOf(key)),
    async close() {
      closed = true;
    },
  };
}

function nextVersion(shared: Rows, faults: Faults, text: string): string {
  if (faults.version) return faults.version(text);
  if (faults.forgetsVersions && shared.rows.size === 0) shared.counter = 0;
  shared.counter += 1;
  return `v${shared.counter}`;
}
