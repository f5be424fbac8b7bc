import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import type { RenewalFaultFigures } from './renewal-faults.ts';
import type { PowerCutFigures, SaveFaultFigures } from './save-faults.ts';

export interface AllSaveFigures {
  saves: SaveFaultFigures;
  cuts: PowerCutFigures;
  renewals: RenewalFaultFigures;
}

/** In a process of its own, whose file system is not to be trusted. */
export async function runSaveFaults(extent: 'short' | 'full'): Promise<AllSaveFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...SOURCE_OPTIONS,
      `--import=${new URL('fault-hooks.ts', import.meta.url)}`,
      fileURLToPath(new URL('save-faults-process.ts', import.meta.url)),
    ],
    { env: { ...process.env, SAVE_FAULTS: extent } },
  );
  return JSON.parse(stdout) as AllSaveFigures;
}
