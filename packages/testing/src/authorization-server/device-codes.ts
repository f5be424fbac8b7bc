import { randomInt } from 'node:crypto';
import type { TestAccount } from './directory.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import type { Timeline } from './timeline.ts';

interface PendingDevice {
  deviceCode: string;
  userCode: string;
  clientId: string;
  scopes: readonly string[];
  expiresAt: number;
  polledAt: number;
  account?: TestAccount | undefined;
  state: 'pending' | 'approved' | 'denied' | 'spent';
}

/** Device sign-ins (RFC 8628). A person may type a user code in upper or lower case, with spaces or dashes. */
export interface DeviceCodes {
  begin(clientId: string, scopes: readonly string[]): { deviceCode: string; userCode: string };
  /** False if no sign-in waits under that code. */
  approve(userCode: string, account: TestAccount): boolean;
  /** False if no sign-in waits under that code. */
  deny(userCode: string): boolean;
  /** Codes that wait for a person, newest last. */
  pending(): string[];
  /** @throws {Refusal} unless a person has approved */
  poll(deviceCode: string, clientId: string): { account: TestAccount; scopes: readonly string[] };
}

/** What the device codes need of the server. */
export interface DeviceCodesOptions {
  /** Read at each use, so they can change. */
  settings: {
    readonly deviceIntervalSeconds: number;
    readonly deviceCodeLifeMs: number;
    readonly slowDown: boolean;
  };
  timeline: Timeline;
  secret(kind: string): string;
  now(): number;
}

/** No sign-in waits yet. */
export function createDeviceCodes(options: DeviceCodesOptions): DeviceCodes {
  const devices = new Map<string, PendingDevice>();
  const waiting = () =>
    [...devices.values()].filter(({ state, expiresAt }) => state === 'pending' && options.now() < expiresAt);
  const settle = (typed: string, state: 'approved' | 'denied', account?: TestAccount) => {
    const device = waiting().find(({ userCode }) => userCode === typed.replace(/[\s-]/g, '').toUpperCase());
    if (!device) return false;
    device.state = state;
    if (account) device.account = account;
    return true;
  };
  return {
    begin(clientId, scopes) {
      const device: PendingDevice = {
        deviceCode: options.secret('DC'),
        userCode: newUserCode(),
        clientId,
        scopes,
        expiresAt: options.now() + options.settings.deviceCodeLifeMs,
        polledAt: Number.NEGATIVE_INFINITY,
        state: 'pending',
      };
      devices.set(device.deviceCode, device);
      options.timeline.add({ type: 'device_code_issued' });
      return device;
    },
    approve(userCode, account) {
      const found = settle(userCode, 'approved', account);
      if (found) options.timeline.add({ type: 'device_code_approved', account: account.username });
      return found;
    },
    deny(userCode) {
      const found = settle(userCode, 'denied');
      if (found) options.timeline.add({ type: 'device_code_denied' });
      return found;
    },
    pending: () => waiting().map(({ userCode }) => userCode),
    poll: (deviceCode, clientId) => poll(devices.get(deviceCode), clientId, options),
  };
}

function poll(device: PendingDevice | undefined, clientId: string, options: DeviceCodesOptions) {
  if (!device || device.clientId !== clientId || device.state === 'spent') {
    throw new Refusal(REFUSALS.deviceCodeUnknown);
  }
  const now = options.now();
  if (now >= device.expiresAt) throw new Refusal(REFUSALS.deviceCodeExpired);
  const tooSoon = now - device.polledAt < options.settings.deviceIntervalSeconds * 1000;
  device.polledAt = now;
  if (options.settings.slowDown && tooSoon) throw new Refusal(REFUSALS.slowDown);
  if (device.state === 'denied') throw new Refusal(REFUSALS.deviceCodeDeclined);
  if (!device.account) throw new Refusal(REFUSALS.authorizationPending);
  device.state = 'spent';
  return { account: device.account, scopes: device.scopes };
}

/** Nine letters and digits that are not easily confused. */
function newUserCode(): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  return Array.from({ length: 9 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
