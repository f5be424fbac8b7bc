import { type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';

/** A server of its own process that answers every request with 1 KB of JSON. */
export interface AnsweringProcess extends AsyncDisposable {
  readonly origin: string;
}

/** Resolves when it listens, on loopback. */
export async function startAnswering(): Promise<AnsweringProcess> {
  const server: SupervisedProcess<number, never> = startProcess({
    main: new URL('answering-server.ts', import.meta.url),
  });
  const port = await server.next(
    (message): message is number => typeof message === 'number',
    'begun to listen',
  );
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: server.stop };
}
