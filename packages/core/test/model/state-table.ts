/**
 * Numbers keys in the order of their coming. They are told apart by a 64-bit hash, 12 bytes each: two of a million
 * share one once in 40 million explorations.
 */
export interface StateTable {
  readonly size: number;
  /** The number of the key, and whether it came for the first time. */
  add(key: Uint16Array): { index: number; isNew: boolean };
}

interface Slots {
  high: Uint32Array;
  low: Uint32Array;
  indices: Int32Array;
}

const slotsFor = (capacity: number): Slots => ({
  high: new Uint32Array(capacity),
  low: new Uint32Array(capacity),
  indices: new Int32Array(capacity).fill(-1),
});

export function createStateTable(): StateTable {
  let slots = slotsFor(1 << 16);
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(key) {
      const [high, low] = hashOf(key);
      const slot = slotOf(slots, high, low);
      const found = slots.indices[slot] as number;
      if (found !== -1) return { index: found, isNew: false };
      put(slots, slot, high, low, size++);
      if (size * 2 > slots.indices.length) slots = grown(slots);
      return { index: size - 1, isNew: true };
    },
  };
}

function slotOf({ high, low, indices }: Slots, h: number, l: number): number {
  const mask = indices.length - 1;
  let slot = l & mask;
  while (indices[slot] !== -1 && (high[slot] !== h || low[slot] !== l)) slot = (slot + 1) & mask;
  return slot;
}

function put({ high, low, indices }: Slots, slot: number, h: number, l: number, index: number): void {
  high[slot] = h;
  low[slot] = l;
  indices[slot] = index;
}

function grown({ high, low, indices }: Slots): Slots {
  const larger = slotsFor(indices.length * 2);
  indices.forEach((index, at) => {
    if (index === -1) return;
    const [h, l] = [high[at] as number, low[at] as number];
    put(larger, slotOf(larger, h, l), h, l, index);
  });
  return larger;
}

function hashOf(key: Uint16Array): [number, number] {
  let h = 0x9e3779b9;
  let l = 0x85ebca6b;
  for (let at = 0; at < key.length; at++) {
    const unit = key[at] as number;
    h = Math.imul(h ^ unit, 0x01000193);
    h ^= h >>> 15;
    l = Math.imul(l ^ unit, 0xc2b2ae35);
    l ^= l >>> 13;
  }
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d) >>> 0;
  l = Math.imul(l ^ (l >>> 16), 0x846ca68b) >>> 0;
  return [h, l];
}
