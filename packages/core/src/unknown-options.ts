import { needObject } from './check-option.ts';
import { ConfigurationError } from './errors/configuration-error.ts';

/**
 * Refuses options that do not exist: a misspelt one would be ignored in silence.
 * @param owner - who was given the options, as in `createTokenManager()`
 * @param path - where they stand, as in `timing.`; default: at the top
 * @throws {ConfigurationError} that names the option, and the known one it is closest to; or what is not an object at all
 */
export function refuseUnknownOptions(
  options: object,
  known: readonly string[],
  owner: string,
  path = '',
): void {
  needObject(options, path.slice(0, -1) || 'options');
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const option = path + name;
    const all = known.length > 0 ? `Known are: ${known.join(', ')}.` : 'It takes no options.';
    const hint = near ? `Did you mean \`${path}${near}\`? Correct it, or leave it out.` : all;
    throw new ConfigurationError({ option, message: `${owner} knows no option \`${option}\`. ${hint}` });
  }
}

/** The known name that was probably meant: a slip of the keyboard, another case, another ending. */
function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = name.length;
  for (const candidate of known) {
    const steps = editSteps(name.toLowerCase(), candidate.toLowerCase());
    if (steps >= fewest || steps > Math.max(2, candidate.length / 2)) continue;
    best = candidate;
    fewest = steps;
  }
  return best;
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
