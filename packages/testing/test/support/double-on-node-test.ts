// The double under node:test and its timers.
import { mock, test } from 'node:test';
import { doubleStory } from './double-story.ts';

test('a token double under the timers of node:test', async () => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() });
  try {
    await doubleStory({
      async advance(ms) {
        // The timers of node:test run at once, and not what awaits them.
        await new Promise(setImmediate);
        mock.timers.tick(ms);
      },
    });
  } finally {
    mock.timers.reset();
  }
});
