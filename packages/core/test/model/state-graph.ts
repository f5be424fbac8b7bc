import { createStateTable } from './state-table.ts';

/** The states met so far, where each was first reached from, and what leads where without a fault. */
export interface StateGraph {
  readonly size: number;
  /** @param nth which step of the parent led here */
  add(key: Uint16Array, parent: number, nth: number): { index: number; isNew: boolean };
  connect(from: number, to: number): void;
  /** The steps that lead from the first state to this one, on a shortest way. */
  wayTo(index: number): number[];
  /**
   * Without faults every run must end: then no scheduler, fair or not, can keep the processes busy for ever.
   * Returns a state from which one could.
   */
  stateOnCycle(): number | undefined;
}

export function createStateGraph(): StateGraph {
  const table = createStateTable();
  const parents: number[] = [];
  const nths: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  return {
    get size() {
      return table.size;
    },
    add(key, parent, nth) {
      const added = table.add(key);
      if (added.isNew) {
        parents.push(parent);
        nths.push(nth);
      }
      return added;
    },
    connect(source, target) {
      from.push(source);
      to.push(target);
    },
    wayTo(index) {
      const way: number[] = [];
      for (let at = index; at > 0; at = parents[at] as number) way.push(nths[at] as number);
      return way.reverse();
    },
    stateOnCycle: () => cycleIn(table.size, from, to),
  };
}

/** What remains when states that nothing leads to are taken away, again and again. Edges come sorted by `from`. */
function cycleIn(size: number, from: readonly number[], to: readonly number[]): number | undefined {
  const ends = new Int32Array(size);
  const incoming = new Int32Array(size);
  from.forEach((index, edge) => {
    ends[index] = edge + 1;
  });
  for (const index of to) incoming[index] = (incoming[index] as number) + 1;
  const queue: number[] = [];
  for (let index = 0; index < size; index++) if (incoming[index] === 0) queue.push(index);
  for (let head = 0; head < queue.length; head++) {
    const index = queue[head] as number;
    for (let edge = (ends[index] as number) - 1; from[edge] === index; edge--) {
      const target = to[edge] as number;
      const left = (incoming[target] as number) - 1;
      incoming[target] = left;
      if (left === 0) queue.push(target);
    }
  }
  return queue.length === size ? undefined : incoming.findIndex((left) => left > 0);
}
