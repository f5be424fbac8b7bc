/** The known word that was probably meant; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((each) => ({ each, steps: editSteps(word.toLowerCase(), each) }))
    .filter(({ each, steps }) => steps < word.length && steps <= Math.max(2, each.length / 2))
    .sort((one, other) => one.steps - other.steps);
  return near[0]?.each;
}

/** Letters to insert, delete or replace on the way from one word to the other. */
function editSteps(from: string, to: string): number {
  let row = [...Array(to.length + 1).keys()];
  for (const letter of from) {
    let left = 0;
    row = row.map((above, j) => {
      const replaced = (row[j - 1] as number) + (letter === to[j - 1] ? 0 : 1);
      left = j === 0 ? above + 1 : Math.min(replaced, above + 1, left + 1);
      return left;
    });
  }
  return row.at(-1) as number;
}
