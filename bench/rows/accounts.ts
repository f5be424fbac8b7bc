import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Theme } from '../row.ts';

const script = fileURLToPath(import.meta.resolve('@everbearer/far-end/support/measure-accounts'));

/** 100,000 accounts of one process, in a process of their own. */
export const theme: Theme = {
  order: 12,
  seconds: 40,
  async measure() {
    const flags = ['--expose-gc', '--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, '100000', '1000']);
    const { bytesEach = Number.NaN, timers = Number.NaN } = JSON.parse(stdout) as Record<string, number>;
    return [
      {
        what: '100,000 accounts in one process, each beside its tokens',
        ours: `${bytesEach} bytes, ${timers} timers`,
        goal: 'under 1,000 bytes, no timer',
        met: bytesEach < 1_000 && timers === 0,
      },
    ];
  },
};
