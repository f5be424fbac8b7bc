import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A name for this process, fit for a lease and for a file name, by which others can tell whether it lives.
 */
export interface ProcessHolder {
  readonly name: string;
  /**
   * Whether that process is alive: cheap, and without waiting. Undefined where that cannot be told from here, which does
   * not mean that it is dead.
   */
  isAlive(name: string): boolean | undefined;
}

/**
 * `<host>_<boot>_<pid namespace>_<time namespace>_<pid>_<start time>_<random>`. The first four say where the rest has a
 * meaning: two containers on one host may both have a process 7, and must not mistake the other's for their own; and where
 * this boot began at another time, one and the same process has another start time.
 */
export function createProcessHolder(): ProcessHolder {
  const world = currentWorld();
  const start = world === undefined ? undefined : processStart(process.pid);
  const name = `${world ?? 'unknown'}_${process.pid}_${start ?? 0}_${randomBytes(6).toString('hex')}`;
  return {
    name,
    isAlive(other) {
      if (other === name) return true;
      if (world === undefined || !other.startsWith(`${world}_`)) return undefined;
      const [, pid, startedAt] =
        /^(\d{1,10})_(\d{1,20})_[0-9a-f]{12}$/.exec(other.slice(world.length + 1)) ?? [];
      if (pid === undefined || startedAt === undefined || startedAt === '0') return undefined;
      const found = processStart(Number(pid));
      return found === undefined ? undefined : found === startedAt;
    },
  };
}

/** Host, boot, pid namespace and time namespace. Undefined without Linux's /proc, or where /proc is of another pid namespace. */
function currentWorld(): string | undefined {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const [, namespace] = /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
    const time = timeNamespace();
    const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
    return namespace && /^[0-9a-f-]{36}$/.test(boot) ? `${host}_${boot}_${namespace}_${time}` : undefined;
  } catch {
    return undefined;
  }
}

/** 0 on a kernel that has none. */
function timeNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/time'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/**
 * In ticks since boot, which tells a process from a later one with the same pid. `gone`: no such process, or one that
 * has ended.
 */
function processStart(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold any character. After it come the state and, 19 fields later, the start time.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/i.test(fields[0] ?? '') ? 'gone' : fields[19];
  } catch {
    return isGone(pid) ? 'gone' : undefined;
  }
}

/** Asks once more in another way, since /proc may hide processes. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
