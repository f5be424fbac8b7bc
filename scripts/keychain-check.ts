import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * keyFromKeychain() against a real Secret Service: GNOME Keyring, unpacked from Debian's packages into a folder that is
 * removed afterwards, on a session bus of its own. Nothing is installed. Needs apt-get, dpkg and dbus-run-session.
 */

const PACKAGES = [
  'gnome-keyring',
  'libgck-1-0',
  'libgcr-base-3-1',
  'libgcr-ui-3-1',
  'libp11-kit0',
  'libsecret-1-0',
];
const steps = fileURLToPath(import.meta.resolve('@everbearer/far-end/support/keychain-steps'));
const work = mkdtempSync(join(tmpdir(), 'keychain-check-'));

/** Starts the daemon, waits until it is on the bus, takes the steps, and ends it; the password goes in by stdin. */
const SESSION = `
"$ROOT/usr/bin/gnome-keyring-daemon" $HOW --foreground --components=secrets >/dev/null 2>&1 < "$HOME/password" &
daemon=$!
for i in $(seq 100); do
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q true && break
  sleep 0.1
done
"$NODE" --conditions=everbearer-source "$STEPS" $STEP
code=$?
kill $daemon
exit $code
`;

function takeStep(step: 'unlocked' | 'locked'): boolean {
  const root = join(work, 'root');
  const env = {
    PATH: process.env['PATH'],
    HOME: join(work, 'home'),
    XDG_RUNTIME_DIR: join(work, 'home'),
    LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu'),
    ROOT: root,
    NODE: process.execPath,
    STEPS: steps,
    STEP: step,
    HOW: step === 'unlocked' ? '--unlock' : '--start',
  };
  const { status, stdout, stderr } = spawnSync('dbus-run-session', ['--', 'sh', '-c', SESSION], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${step}: ${stdout.trim()}`);
  if (status !== 0) console.log(stderr);
  return status === 0;
}

try {
  const packages = join(work, 'packages');
  mkdirSync(packages);
  mkdirSync(join(work, 'home'), { mode: 0o700 });
  execFileSync('sh', ['-c', 'echo > "$1/home/password"', 'sh', work]);
  execFileSync('apt-get', ['download', ...PACKAGES], { cwd: packages, stdio: 'ignore' });
  for (const name of readdirSync(packages))
    execFileSync('dpkg', ['-x', join(packages, name), join(work, 'root')]);
  // In this order: the first run makes the keyring that the second finds locked.
  const results = [takeStep('unlocked'), takeStep('locked')];
  const passed = results.filter(Boolean).length;
  if (passed < results.length) process.exitCode = 1;
  console.log(`${passed} passed, ${results.length - passed} failed, 0 skipped`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
