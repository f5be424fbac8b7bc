import { staticTokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import type { KyInstance, Options } from 'ky';

const token = 'a'.repeat(1_500);
const authorization = `Bearer ${token}`;
const source = staticTokenSource(token);
export const send: NonNullable<Options['fetch']> = (input, init) => fetch(input, init);

/** What stands in ky's way to the wire. `origin` is where tokens may go. */
export const PLACES: [name: string, (api: KyInstance, origin: string, inner: typeof send) => KyInstance][] = [
  ['a fixed header', (api) => api.extend({ headers: { authorization } })],
  // What differs here is chance.
  ['a fixed header, once more', (api) => api.extend({ headers: { authorization } })],
  [
    'beforeRequest that sets it',
    (api) =>
      api.extend({
        hooks: { beforeRequest: [({ request }) => request.headers.set('authorization', authorization)] },
      }),
  ],
  [
    'fixed, and an empty init',
    (api) => api.extend({ headers: { authorization }, hooks: { init: [() => undefined] } }),
  ],
  [
    'fixed, and a fetch around fetch',
    (api, _origin, inner) =>
      api.extend({ headers: { authorization }, fetch: async (input, init) => inner(input, init) }),
  ],
  [
    'fixed, and an empty afterResponse',
    (api) => api.extend({ headers: { authorization }, hooks: { afterResponse: [() => undefined] } }),
  ],
  ['bearerAuth', (api, origin) => api.extend(bearerAuth(source, { origins: [origin] }))],
  [
    'bearerAuth with audit',
    (api, origin) => api.extend(bearerAuth(source, { origins: [origin], audit: true })),
  ],
];
