import { readFileSync } from 'node:fs';

/**
 * How long the main thread of this process has stood ready to run and was not given a processor so far, in milliseconds: on a
 * machine with other work, what others have added to each wait. 0 where the system does not tell.
 */
export function waitedForProcessorMs(): number {
  try {
    const [, waitedNs = 0] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8')
      .split(' ')
      .map(Number);
    return waitedNs / 1e6;
  } catch {
    return 0;
  }
}
