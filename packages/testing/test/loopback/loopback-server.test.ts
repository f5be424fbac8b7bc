import {
  htmlReply,
  jsonReply,
  listenOnLoopback,
  type RequestHandler,
  readForm,
  readText,
  send,
} from '@everbearer/testing/loopback-server';
import { expect, onTestFinished, test } from 'vitest';

async function serve(handler: RequestHandler) {
  const server = await listenOnLoopback(handler);
  onTestFinished(() => server.close());
  return server;
}

const post = (url: string, body: string, type = 'application/x-www-form-urlencoded') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

test('a handler gets the request with its whole address, and replies are for no cache', async () => {
  const { url, port } = await serve(async (_, response, { pathname, origin }) =>
    send(response, pathname === '/page' ? htmlReply(200, 'a page') : jsonReply(201, { pathname, origin })),
  );
  expect(url).toBe(`http://127.0.0.1:${port}`);
  const response = await fetch(`${url}/a/path?x=1`);
  expect(response.status).toBe(201);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ pathname: '/a/path', origin: url });
  expect(await (await fetch(`${url}/page`)).text()).toBe('a page');
});

test('a handler that fails is not taken for a simulated failure', async () => {
  const { url } = await serve(() => Promise.reject(new Error('a slip')));
  const response = await fetch(url);
  expect(response.status).toBe(599);
  expect(await response.text()).toContain('The simulator itself failed: Error: a slip');
});

test('a form is read as one; a parameter given twice, or another type, is not a form', async () => {
  const { url } = await serve(async (request, response) => {
    const form = await readForm(request);
    send(response, jsonReply(200, form ? Object.fromEntries(form) : null));
  });
  const seen = async (reply: Promise<Response>) => (await reply).json();
  expect(await seen(post(url, 'a=1&b=2'))).toEqual({ a: '1', b: '2' });
  expect(await seen(post(url, 'a=1&a=2'))).toBeNull();
  expect(await seen(post(url, 'a=1', 'text/plain'))).toBeNull();
});

test('a body of 1 MiB is read, and a longer one is not kept', async () => {
  const { url } = await serve(async (request, response) =>
    send(response, jsonReply(200, (await readText(request))?.length ?? 'too long')),
  );
  const mebibyte = 'x'.repeat(1024 * 1024);
  expect(await (await post(url, mebibyte)).json()).toBe(1024 * 1024);
  expect(await (await post(url, `${mebibyte}x`)).json()).toBe('too long');
});

test('close() ends connections that still wait for an answer', async () => {
  const server = await listenOnLoopback(() => new Promise(() => undefined));
  const hanging = expect(fetch(server.url)).rejects.toThrow('fetch failed');
  await server.close();
  await hanging;
});
