import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { World } from './world.ts';

/** What systemd is told of a service, where it wants to be told. */
export interface Systemd {
  ready(): Promise<void>;
  stopping(): Promise<void>;
  /** How often it wants a sign of life, halved to be in time; undefined where it wants none. */
  watchdogMs: number | undefined;
  /** Waits for nothing: `systemd-notify` stays up to five seconds with whoever does not answer it. */
  alive(): void;
}

/**
 * The notices of sd_notify, by the program `systemd-notify`, since Node has no datagram sockets of that kind. The unit needs
 * `Type=notify` and `NotifyAccess=all`.
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function systemdOf(env: World['env']): Systemd {
  const wanted = Boolean(env['NOTIFY_SOCKET']);
  const tell = async (...args: string[]): Promise<void> => {
    if (!wanted) return;
    const child = spawn('systemd-notify', args, { stdio: 'ignore', env: { ...env } });
    // Where the program is missing, systemd ends the service by its own time-out and says so.
    await once(child, 'close').catch(() => undefined);
  };
  const microseconds = Number(env['WATCHDOG_USEC']);
  return {
    ready: () => tell('--ready'),
    stopping: () => tell('STOPPING=1'),
    watchdogMs: wanted && microseconds > 0 ? microseconds / 2_000 : undefined,
    alive: () => void tell('WATCHDOG=1'),
  };
}
