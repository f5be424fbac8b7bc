import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { jsonReply, type LoopbackServer, listenOnLoopback, send } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLDER, manifests, textOf, valuesNamed } from './deploy-files.ts';
import type { Ran } from './everbearer.ts';
import { createPod, FS_GROUP, modesIn, mountSmallDisk, mountWithFsGroup, type Pod, UID } from './pod.ts';

/* The files of this folder, tried without a container engine: by mounts of its own, pids of its own, a root that nobody writes to,
   a user without rights, and a volume as the kubelet leaves it. */

let server: AuthorizationServer;
let api: LoopbackServer;
beforeAll(async () => {
  server = await createAuthorizationServer();
  api = await listenOnLoopback(async (request, response) => {
    const { authorization = '' } = request.headers;
    const isValid = server.judge(authorization.replace(/^Bearer /, '')).kind === 'valid';
    send(response, jsonReply(isValid ? 200 : 401, {}));
  });
});
afterAll(async () => {
  await api.close();
  await server.close();
});

/** The description of this folder, at a server on loopback. */
function described(): object {
  const provider = {
    kind: 'oauth2',
    issuer: server.issuer,
    clientId: server.clientId,
    scopes: ['Mail.Read', 'offline_access'],
  };
  const origins = [new URL(api.url).origin];
  return { ...JSON.parse(textOf('everbearer.config.json')), provider, origins };
}

const newPod = (refreshToken = server.signIn().refresh_token as string) =>
  createPod(described(), refreshToken);

/** What the container `everbearer` of an object is told. */
function argsOf(name: string): string[] {
  const object = manifests.find(
    ({ kind, content }) =>
      /^(Deployment|CronJob)$/.test(kind) && (content['metadata'] as { name: string }).name === name,
  );
  return valuesNamed('args', object?.content)[0] as string[];
}

const RENEW = () => argsOf('everbearer-renew');
/** With a small API in the place of Microsoft Graph. */
const CHECK = () =>
  argsOf('everbearer-check').map((each) =>
    each.replace('https://graph.microsoft.com/v1.0', new URL(api.url).origin),
  );

/** A renewal by either: a program on the library, or the command line. */
const renewers: Record<string, (pod: Pod, env?: Record<string, string>) => Promise<Ran>> = {
  'a program': (pod, env = {}) => pod.program({ env }),
  'the command line': (pod, env = {}) => pod.everbearer(['renew'], { env }),
};

describe('the Deployment', () => {
  test('answers the probes; what SIGTERM meets in a renewal is finished; the next pod goes on from it', async () => {
    const pod = newPod();
    mountWithFsGroup(pod.volume, 'OnRootMismatch');
    const start = server.counts.tokenRequests;
    expect(await pod.everbearer(RENEW())).toMatchObject({ exit: 0 });
    // An older pod template, without the policy: it is said in the log at once.
    mountWithFsGroup(pod.volume);
    const args = argsOf('everbearer').map((each) => (each === '8786' ? '0' : each));
    const running = pod.start('everbearer', [...args, '--max-age', '1s']);
    await expect.poll(running.notes).toMatch(/health: \S+\n/);
    const [, port = ''] = /:(\d+)\/health/.exec(running.notes()) ?? [];
    expect(running.notes()).toMatch(/^note: .*fsGroupChangePolicy: OnRootMismatch/m);
    expect(await probe('ready', port)).toMatchObject({ exit: 0 });
    expect(await probe('alive', port)).toMatchObject({ exit: 0 });
    // The next renewal is under way, and its answer is late.
    server.script({ kind: 'hang', ms: 2_000, grant: 'refresh_token' });
    const before = server.counts.tokenRequests;
    await expect.poll(() => server.counts.tokenRequests).toBeGreaterThan(before);
    // The first process of the container gets it, as the kubelet sends it.
    process.kill(firstOf(running.child.pid as number), 'SIGTERM');
    expect(await running.ended).toMatchObject({ exit: 0 });
    server.clearScript();
    // The first request redeemed the seed, and each other one is a renewal that is stored.
    const renewals = server.counts.tokenRequests - start - 1;
    const { out } = await pod.everbearer([...CHECK(), '--json']);
    expect(JSON.parse(out)).toMatchObject({ accounts: [{ renewals }] });
    expect(await pod.everbearer(['renew'])).toMatchObject({ exit: 0 });
    expect(modesIn(join(pod.volume, 'tokens'))).toEqual(['600', '700']);
  });

  test('is alive and not ready where a person must sign in', async () => {
    const pod = createPod(described());
    mountWithFsGroup(pod.volume, 'OnRootMismatch');
    const running = pod.start('everbearer', ['keepalive', '--health-port', '0']);
    await expect.poll(running.notes).toMatch(/health: \S+\n/);
    const [, port = ''] = /:(\d+)\/health/.exec(running.notes()) ?? [];
    expect(await probe('ready', port)).toMatchObject({
      exit: 1,
      out: expect.stringContaining('everbearer login'),
    });
    expect(await probe('alive', port)).toMatchObject({ exit: 0 });
    expect(await pod.everbearer(CHECK())).toMatchObject({ exit: 2 });
    process.kill(firstOf(running.child.pid as number), 'SIGTERM');
    await running.ended;
    expect(await probe('alive', port)).toMatchObject({
      exit: 1,
      notes: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await probe('what')).toMatchObject({ exit: 3 });
  });
});

describe.each(Object.entries(renewers))('%s', (_name, renew) => {
  test('a volume that each start opens to the group is tightened again, and it is said which line ends that', async () => {
    const pod = newPod();
    mountWithFsGroup(pod.volume);
    expect(await renew(pod)).toMatchObject({ exit: 0 });
    mountWithFsGroup(pod.volume);
    expect(modesIn(pod.volume)).toEqual(['2770', '660']);
    const again = await renew(pod);
    expect(again).toMatchObject({ exit: 0 });
    expect(again.out + again.notes).toContain('fsGroupChangePolicy: OnRootMismatch');
    // Inside a folder with the set-group-id bit, a new one inherits it.
    expect(modesIn(join(pod.volume, 'tokens'))).toEqual(['600', '700']);
    mountWithFsGroup(pod.volume, 'OnRootMismatch');
    const quiet = await renew(pod);
    expect(quiet.exit).toBe(0);
    expect(quiet.out + quiet.notes).not.toContain('fsGroup');
  });

  test.each([
    ['of `fsGroup`', true, (pod: Pod) => mountWithFsGroup(pod.volume)],
    ['that everybody may write to, as an `emptyDir` is', false, (pod: Pod) => chmodSync(pod.volume, 0o777)],
    [
      'that everybody may write to, with `fsGroup`',
      true,
      (pod: Pod) => {
        chmodSync(pod.volume, 0o777);
        mountWithFsGroup(pod.volume);
      },
    ],
  ])(
    'the volume itself, %s, is refused, and a sub-folder of it needs no rights',
    async (_what, policy, prepare) => {
      const pod = newPod();
      prepare(pod);
      const before = server.counts.tokenRequests;
      const { exit, notes } = await renew(pod, { EVERBEARER_DIRECTORY: '/var/lib/everbearer' });
      expect(exit).not.toBe(0);
      expect(notes).toMatch(/name a sub-folder of it as `directory`, which .* needs no rights/);
      if (policy) expect(notes).toContain('fsGroupChangePolicy: OnRootMismatch');
      else expect(notes).not.toContain('fsGroup');
      expect(server.counts.tokenRequests).toBe(before);
      expect(await renew(pod, { EVERBEARER_DIRECTORY: '/var/lib/everbearer/tokens' })).toMatchObject({
        exit: 0,
      });
    },
  );

  test('a forgotten chown is named with its command, before a refresh token is used; the command mends it', async () => {
    const pod = newPod();
    const before = server.counts.tokenRequests;
    const { exit, notes } = await renew(pod);
    expect(exit).not.toBe(0);
    expect(server.counts.tokenRequests).toBe(before);
    const [, command = ''] = /As root, run: (.*?)(?:, or | \(in a container)/.exec(notes) ?? [];
    expect(command).toMatch(/^(install|chown) .*\/var\/lib\/everbearer/);
    execFileSync('sh', ['-c', command.replaceAll('/var/lib/everbearer', pod.volume)]);
    expect(await renew(pod)).toMatchObject({ exit: 0 });
  });

  test('tokens of another uid are refused, and the command that is printed gives them over', async () => {
    const pod = newPod();
    mountWithFsGroup(pod.volume, 'OnRootMismatch');
    expect(await renew(pod)).toMatchObject({ exit: 0 });
    execFileSync('chown', ['-R', '4711', join(pod.volume, 'tokens')]);
    const { exit, notes } = await renew(pod);
    expect(exit).not.toBe(0);
    expect(notes).toMatch(/uid 4711.*uid 1000/);
    const [, command = ''] = /As root, run: (.*?)(?:, or | \(in a container)/.exec(notes) ?? [];
    execFileSync('sh', ['-c', command.replaceAll('/var/lib/everbearer', pod.volume)]);
    expect(await renew(pod)).toMatchObject({ exit: 0 });
  });

  test('a full disk is met before the refresh token is used, and nothing is lost', async () => {
    const pod = newPod();
    mountSmallDisk(pod.volume, '512k');
    expect(await renew(pod)).toMatchObject({ exit: 0 });
    fill(join(pod.volume, 'filler'));
    const before = server.counts.tokenRequests;
    const { exit, out, notes } = await renew(pod);
    expect(exit).not.toBe(0);
    expect(out + notes).toMatch(/no space left.*Make room/);
    expect(server.counts.tokenRequests).toBe(before);
    rmSync(join(pod.volume, 'filler'));
    expect(await renew(pod)).toMatchObject({ exit: 0 });
  });

  test('a Secret that is swapped is a new sign-in', async () => {
    const pod = newPod();
    mountWithFsGroup(pod.volume, 'OnRootMismatch');
    expect(await renew(pod)).toMatchObject({ exit: 0 });
    pod.swapSecret(server.signIn({ account: server.accounts[1]?.username }).refresh_token as string);
    expect(await renew(pod)).toMatchObject({ exit: 0 });
    const { out } = await pod.everbearer(['status', '--json']);
    expect(JSON.parse(out)).toMatchObject({ accounts: [{ username: server.accounts[1]?.username }] });
  });
});

test('two workers in two containers on one volume: one renewal at a time, none is lost', async () => {
  const pod = newPod();
  mountWithFsGroup(pod.volume, 'OnRootMismatch');
  expect(await pod.everbearer(['renew'])).toMatchObject({ exit: 0 });
  const both = await Promise.all([pod.program(), pod.everbearer(['renew']), pod.program()]);
  expect(both.map(({ exit }) => exit)).toEqual([0, 0, 0]);
  expect(await pod.everbearer(['renew'])).toMatchObject({ exit: 0 });
  expect(server.counts.reuses).toBe(0);
});

test('the doctor names the root of a container as a place that goes with it', async () => {
  const pod = newPod();
  mountSmallDisk(pod.volume, '4m');
  const { exit, out } = await pod.everbearer(['doctor']);
  expect(exit).toBe(1);
  expect(out).toMatch(/BAD {2}volume: .*tmpfs.*Mount a volume there/);
});

async function probe(...args: string[]): Promise<Ran> {
  const run = promisify(execFile);
  try {
    const { stdout, stderr } = await run(process.execPath, [join(FOLDER, 'probe.mjs'), ...args]);
    return { exit: 0, out: stdout, notes: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exit: code, out: stdout, notes: stderr };
  }
}

/** The process that `unshare` started as the first of its namespace. */
function firstOf(pid: number): number {
  const text = execFileSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' });
  return Number(text.trim().split(' ')[0]);
}

function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    while (writeSync(file, Buffer.alloc(4_096, 1)) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  chownSync(path, UID, FS_GROUP);
  expect(statSync(path).size).toBeGreaterThan(0);
}
