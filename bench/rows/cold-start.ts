import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAnswering } from '../answering-process.ts';
import { run } from '../baseline.ts';
import type { Cold } from '../cold/told.ts';
import { measuredApart } from '../measured-apart.ts';
import { median, milliseconds, type Theme } from '../row.ts';

const TIMES = 45;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SUBJECTS = ['fixed', 'ours', 'msal'] as const;
/** Where imports find the packages of the bench. */
const SHIPPED = new URL('../node_modules/.cold/', import.meta.url);

/** From the start of a process to its first answer, with a token that was stored before: as built, in turn. */
export const theme: Theme = {
  order: 0.7,
  seconds: 90,
  async measure() {
    for (const name of ['core', 'backends', 'providers'])
      run('pnpm', ['--filter', `./packages/${name}`, 'run', 'build'], ROOT);
    ship();
    const around = mkdtempSync(join(tmpdir(), 'bench-cold-'));
    await using server = await startAnswering();
    // Nothing is signed in where there is no store: that argument is ignored.
    const start = (name: (typeof SUBJECTS)[number], ...more: string[]) =>
      measuredApart<Cold>(`node_modules/.cold/${name}.mjs`, [server.origin, join(around, name), ...more], []);
    try {
      for (const name of SUBJECTS) await start(name, 'first');
      const times = { fixed: [] as number[], ours: [] as number[], msal: [] as number[] };
      for (let time = 0; time < TIMES; time++)
        for (const name of SUBJECTS) times[name].push((await start(name)).cpuMs);
      const [floor, ours, msal] = [median(times.fixed), median(times.ours), median(times.msal)];
      return [
        {
          what: 'cold start: import and first call, the token in the file store',
          floor: `${milliseconds(floor)} (node and fetch)`,
          ours: `${milliseconds(ours)}, ratio ${(ours / floor).toFixed(2)}`,
          goal: 'ratio at most 1.15',
          met: ours <= 1.15 * floor,
        },
        {
          what: 'what that adds, beside the silent acquisition of msal-node from its cache file',
          floor: `+${milliseconds(msal - floor)} (msal-node)`,
          ours: `+${milliseconds(ours - floor)}, ratio ${((ours - floor) / (msal - floor)).toFixed(2)}; whole processes ${(ours / msal).toFixed(2)}`,
          goal: 'under a third',
          met: ours - floor < (msal - floor) / 3,
        },
      ];
    } finally {
      rmSync(around, { recursive: true, force: true });
    }
  },
};

/** As programs are shipped: to take the types out of them takes Node 30 ms, which would stand in the floor and in all that is measured beside it. */
function ship(): void {
  mkdirSync(SHIPPED, { recursive: true });
  for (const name of ['told', ...SUBJECTS]) {
    const text = readFileSync(new URL(`../cold/${name}.ts`, import.meta.url), 'utf8');
    const plain = stripTypeScriptTypes(text).replaceAll("'./told.ts'", "'./told.mjs'");
    writeFileSync(new URL(`${name}.mjs`, SHIPPED), plain);
  }
}
