/** How near two signs may be, in percent of the width, before one is put below the other. */
const NEAR = 1.9;
const ROWS = 4;

/**
 * In which row each sign stands, so that none hides another as long as there is room. Given and returned in the order of
 * time; the first row is 0.
 */
export function stacked(places: readonly number[]): number[] {
  const ends: number[] = [];
  return places.map((x) => {
    const free = Array.from({ length: ROWS }, (_, row) => ends[row] ?? Number.NEGATIVE_INFINITY);
    const fitting = free.findIndex((end) => x - end >= NEAR);
    // Where all are taken, the one that was taken longest ago is the least crowded.
    const row = fitting >= 0 ? fitting : free.indexOf(Math.min(...free));
    ends[row] = x;
    return row;
  });
}
