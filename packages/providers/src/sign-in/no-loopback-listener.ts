import { ConfigurationError } from '@everbearer/core';
import type { loopbackListener as listener } from './loopback-listener.ts';

/**
 * Stands for the listener in bundles for browsers (`imports` in `package.json`), so that none of them looks for `node:http`.
 * @throws {ConfigurationError} `redirectUri`, always: a page cannot listen
 */
export const loopbackListener: typeof listener = () =>
  Promise.reject(
    new ConfigurationError({
      option: 'redirectUri',
      message:
        'authorizationCode() listens on this machine for the answer, which a page in a browser cannot do. Sign in there with beginSignIn() and finishSignIn().',
    }),
  );
