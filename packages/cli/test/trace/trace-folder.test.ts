import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTraceFolder } from '../../src/trace/trace-folder.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Above what any system gives out. */
const DEAD_PID = 2 ** 30;
const HOUR_S = 3_600;

test('what a trace that was killed has left is cleared away by the next one, and nothing else is', () => {
  const directory = temporaryDirectory();
  vi.stubEnv('TMPDIR', directory);
  onTestFinished(() => void vi.unstubAllEnvs());
  const folder = (pid: number, name: string, ageS: number) => {
    const path = join(directory, `everbearer-trace-${pid}-${name}`);
    mkdirSync(path);
    writeFileSync(join(path, 'key'), '');
    const then = Date.now() / 1_000 - ageS;
    for (const each of [join(path, 'key'), path]) utimesSync(each, then, then);
    return basename(path);
  };
  folder(DEAD_PID, 'left', 2 * HOUR_S);
  const fresh = folder(DEAD_PID, 'fresh', 10);
  const alive = folder(process.pid, 'alive', 2 * HOUR_S);
  writeFileSync(join(directory, `everbearer-trace-${DEAD_PID}-file`), '');
  const own = makeTraceFolder();
  expect(readdirSync(own.path)).toEqual(['key']);
  const expected = [fresh, alive, `everbearer-trace-${DEAD_PID}-file`];
  expect(readdirSync(directory).sort()).toEqual([...expected, basename(own.path)].sort());
  own[Symbol.dispose]();
  expect(readdirSync(directory).sort()).toEqual(expected.sort());
});
