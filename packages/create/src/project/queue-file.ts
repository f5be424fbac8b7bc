import type { Answers } from '../answers/answers.ts';

/** `src/queue.ts`: where workers find what to do; undefined for programs without any. */
export function queueFile({ program, tokens }: Answers): string | undefined {
  if (program !== 'worker') return undefined;
  return tokens === 'redis' ? REDIS : MEMORY;
}

const LIST = `  const waiting = ['1', '2', '3', '4', '5', '6'];
  return {
    /** The next job; undefined where there will be none. */
    take: async (ending: AbortSignal) => (ending.aborted ? undefined : waiting.shift()),
    done: async (_job: string) => undefined,
    putBack: async (job: string) => void waiting.push(job),
    close: async () => undefined,
  };
}
`;

const MEMORY = `/** Put your queue here. This one is a list of six jobs in memory. */
export async function openQueue(_isPretend: boolean) {
${LIST}`;

const REDIS = `import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';

export async function openQueue(isPretend: boolean) {
  return isPretend ? pretendQueue() : redisQueue();
}

/** The list \`jobs\`. A job that is under way stands in another list until it is done. */
async function redisQueue() {
  const client = createClient({ url: process.env.REDIS_URL });
  await client.on('error', ({ message }) => console.error(message)).connect();
  console.log('Waits for jobs: redis-cli RPUSH jobs 17');
  return {
    /** The next job; undefined at the end. */
    async take(ending: AbortSignal) {
      while (!ending.aborted) {
        const job = await client.lMove('jobs', 'jobs under way', 'LEFT', 'RIGHT');
        if (job !== null) return job;
        await pause(1_000, undefined, { signal: ending }).catch(() => undefined);
      }
      return undefined;
    },
    done: async (job: string) => void (await client.lRem('jobs under way', 1, job)),
    putBack: async (job: string) =>
      void (await client.multi().lRem('jobs under way', 1, job).rPush('jobs', job).exec()),
    close: async () => void (await client.close()),
  };
}

/** Six jobs in memory. */
function pretendQueue() {
${LIST}`;
