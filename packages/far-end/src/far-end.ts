import type {
  AuthorizationServerMetadata,
  AuthorizationServerOptions,
  ConfidentialClient,
  TestAccount,
} from '@everbearer/testing/authorization-server';
import { startProcess } from '@everbearer/testing/supervise';
import { connectControl, type FarEndControl } from './far-end/far-end-control.ts';
import type { MailboxOptions } from './mail-api/mailbox.ts';
import type { MailApiSettings } from './mail-api.ts';
import { SOURCE_OPTIONS } from './support/source-options.ts';

export type * from '@everbearer/testing/authorization-server';
export type { FarEndCommands, FarEndCounts, FarEndSettings } from './far-end/far-end-commands.ts';
export type { FarEndControl } from './far-end/far-end-control.ts';
export type * from './mail-api.ts';

/** Options of the two servers, as far as they are JSON. */
export interface FarEndOptions {
  authorizationServer?: Omit<AuthorizationServerOptions, 'latencyMs'> & { latencyMs?: number };
  mailApi?: Partial<MailApiSettings> & MailboxOptions & { port?: number };
}

export interface FarEndAddresses {
  /** Of the authorization server. */
  url: string;
  authority: string;
  issuer: string;
  tokenEndpoint: string;
  /** The discovery document; as JSON it serves as `authorityMetadata`. */
  metadata: AuthorizationServerMetadata;
  tenantId: string;
  clientId: string;
  daemon?: ConfidentialClient;
  accounts: readonly TestAccount[];
  apiUrl: string;
  controlUrl: string;
}

/** An authorization server and a mail API in a process of their own, on loopback. */
export interface FarEnd extends FarEndAddresses, AsyncDisposable {
  readonly pid: number;
  readonly control: FarEndControl;
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>;
}

/** A far end has nothing to finish: it ends at once, or is in trouble. */
const INSIST_MS = 2_000;
const START_MS = 20_000;

/** Starts a far end and resolves when both servers listen. It ends with this process at the latest. */
export async function startFarEnd(options: FarEndOptions = {}): Promise<FarEnd> {
  const started = startProcess<FarEndAddresses>({
    main: new URL('far-end/far-end-main.ts', import.meta.url),
    name: 'the far end',
    env: { FAR_END: JSON.stringify(options) },
    execArgv: SOURCE_OPTIONS,
    patienceMs: START_MS,
    insistMs: INSIST_MS,
  });
  try {
    const addresses = await started.next(isAddresses, 'become ready');
    const { pid, stop } = started;
    const control = connectControl(addresses.controlUrl);
    return { ...addresses, pid, control, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await started.kill();
    throw error;
  }
}

/** It tells nothing else. */
const isAddresses = (message: FarEndAddresses): message is FarEndAddresses => message !== undefined;
