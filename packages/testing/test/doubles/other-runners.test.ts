import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ModernFakeTimers } from '@jest/fake-timers';
import { afterEach, expect, test, vi } from 'vitest';
import { doubleStory } from '../support/double-story.ts';

/* The same story in the time of three test runners. */

afterEach(() => void vi.useRealTimers());

test('under the fake timers of vitest', async () => {
  vi.useFakeTimers();
  await doubleStory({ advance: (ms) => vi.advanceTimersByTimeAsync(ms).then(() => undefined) });
});

test('under the fake timers of jest', async () => {
  const timers = new ModernFakeTimers({
    global: globalThis,
    config: { fakeTimers: {}, rootDir: '.' } as never,
  });
  timers.useFakeTimers();
  try {
    await doubleStory({ advance: (ms) => timers.advanceTimersByTimeAsync(ms) });
  } finally {
    timers.useRealTimers();
  }
});

test('under node:test and its timers', async () => {
  const file = fileURLToPath(new URL('../support/double-on-node-test.ts', import.meta.url));
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const options = ['--conditions=everbearer-source', '--test', '--test-reporter=tap', file];
  const { stdout } = await promisify(execFile)(process.execPath, options, { env });
  expect(stdout).toMatch(/^# pass 1$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});
