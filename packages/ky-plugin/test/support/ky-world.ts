import type { AuthEvent } from '@everbearer/core';
import { type CountingSource, countingSource } from '@everbearer/far-end/support/counting-source';
import {
  type Answer,
  type RecordingServer,
  recordingServer,
} from '@everbearer/far-end/support/recording-server';
import { type BearerAuthOptions, bearerAuth } from '@everbearer/ky-plugin';
import ky, { type KyInstance } from 'ky';

export interface KyWorld extends AsyncDisposable {
  readonly server: RecordingServer;
  readonly source: CountingSource;
  readonly events: AuthEvent[];
  /** The tokens that the source was told were refused, in order. */
  readonly rejections: string[];
  /** Retries without a pause, on the server's URL. */
  readonly api: KyInstance;
}

/** A server that answers so, and a ky instance with the plugin over a source that counts. */
export async function kyWorld(
  answer?: Answer,
  { peeks = false, ...options }: Partial<BearerAuthOptions> & { peeks?: boolean } = {},
): Promise<KyWorld> {
  const server = await recordingServer(answer);
  const source = countingSource({ peeks });
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  return {
    server,
    source,
    events,
    get rejections() {
      return source.asks.flatMap((ask) => ask?.rejected ?? []);
    },
    api: ky
      .create({ baseUrl: server.url, retry: { delay: () => 0 } })
      .extend(bearerAuth(source, { origins: [server.url], onEvent, ...options })),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
