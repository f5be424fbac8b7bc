import { startProcess } from '@everbearer/testing/supervise';
import { settings } from './settings.ts';

/*
 * A platform that freezes: two instances of one function share a session whose refresh tokens work once. While one is frozen, the
 * other renews; what the first one holds when it wakes up has been replaced, and revoked.
 */

type Answer = { status: number; body: { totalItemCount: number } };

await using given = await settings();

async function startInstance(name: string) {
  const started = startProcess<'ready' | Answer, 'call'>({
    main: new URL('instance-process.ts', import.meta.url),
    name,
    env: given.env,
  });
  await started.next((message): message is 'ready' => message === 'ready', 'start');
  return {
    async call() {
      started.resume();
      const answered = started.next((message): message is Answer => message !== 'ready', 'answer');
      started.send('call');
      const { status, body } = await answered;
      // Frozen the moment it has answered.
      started.pause();
      console.log(`${name}: ${status} ${JSON.stringify(body)}`);
      if (status !== 200) process.exitCode = 1;
    },
    stop: started.stop,
  };
}

const instances = await Promise.all([startInstance('instance 1'), startInstance('instance 2')]);
const [first, second] = instances as [(typeof instances)[0], (typeof instances)[0]];
await first.call();
given.revoke();
await second.call();
await second.call();
await first.call();
await Promise.all(instances.map(({ stop }) => stop()));
const { refreshes, reuses, families } = given.counts();
console.log(`sign-ins ${families}, renewals ${refreshes}, refresh tokens used twice ${reuses}`);
