// For jest, in CommonJS, with the globals that it gives.
const { doubleStory } = require('./double-story.mjs');

afterEach(() => jest.useRealTimers());

test('a token double under the fake timers of jest', async () => {
  jest.useFakeTimers();
  await doubleStory({ advance: (ms) => jest.advanceTimersByTimeAsync(ms) });
});
