import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

const json = { type: 'object', properties: { login: { type: 'string' } } } as const;
const API = {
  openapi: '3.1.0',
  info: { title: 'An API', version: '1' },
  paths: {
    '/me': {
      get: {
        operationId: 'getMe',
        responses: { 200: { description: 'Who asks', content: { 'application/json': { schema: json } } } },
      },
    },
  },
} as const;

/** Writes `client/`, as openapi-ts does for a small API. */
export async function writeHeyApiClient(folder: string): Promise<void> {
  await createClient({
    input: API,
    // What it writes does not pass the strictest of our compiler options.
    output: { path: join(folder, 'client'), importFileExtension: '.ts', header: ['// @ts-nocheck'] },
    logs: { level: 'silent' },
  });
}
