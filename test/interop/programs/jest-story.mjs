// For jest, as an ES module: the story that other runners are told as well.
import { afterEach, jest, test } from '@jest/globals';
import { doubleStory } from './double-story.mjs';

afterEach(() => jest.useRealTimers());

test('a token double under the fake timers of jest', async () => {
  jest.useFakeTimers();
  await doubleStory({ advance: (ms) => jest.advanceTimersByTimeAsync(ms) });
});
