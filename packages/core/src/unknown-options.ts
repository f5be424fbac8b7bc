import { ConfigurationError } from './errors/configuration-error.ts';

/**
 * Refuses an option that nobody reads: what is misspelt would otherwise be ignored without a word.
 * @param owner - who was given the options, as in `createTokenManager()`
 * @param path - where they stand, as in `timing.`; default: at the top
 * @throws {ConfigurationError} that names the option, and the known one it is closest to
 */
export function refuseUnknownOptions(
  options: object,
  known: readonly string[],
  owner: string,
  path = '',
): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const all = known.length > 0 ? `Known are: ${known.join(', ')}.` : 'It takes no options.';
    const hint = near === undefined ? all : `Did you mean \`${path}${near}\`? Correct it, or leave it out.`;
    throw new ConfigurationError({
      option: `${path}${name}`,
      message: `${owner} knows no option \`${path}${name}\`. ${hint}`,
    });
  }
}

/** The known name that a slip of the keyboard, another case or another ending may have been meant for. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, steps: editSteps(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, steps }) => steps <= Math.max(2, candidate.length / 2))
    .sort((a, b) => a.steps - b.steps);
  return best?.candidate;
}

/** Letters to insert, delete or replace on the way from one word to the other. */
function editSteps(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
