import http from 'node:http';

/**
 * Listens on any free port of 127.0.0.1, and ends with the process that started this one.
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => unknown} handle
 * @returns {Promise<{ base: string, server: http.Server }>}
 */
export async function listen(handle, port = 0) {
  const server = http.createServer((request, response) => void answer(handle, request, response));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${server.address().port}`, server };
}

async function answer(handle, request, response) {
  try {
    await handle(request, response);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

/** Tells the process that started this one how the server is reached, and ends with it. */
export function ready(description) {
  process.on('disconnect', () => process.exit(0));
  process.send({ type: 'ready', ...description });
}

/**
 * A free port, for those who must know their address before they listen; not one of those that the system gives to whoever
 * asks for any, so that nobody else is given it meanwhile.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = http.createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/**
 * The fields of a form or of JSON that was posted.
 * @param {http.IncomingMessage} request
 * @returns {Promise<Record<string, string>>}
 */
export async function postedFields(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  if (request.headers['content-type']?.includes('json')) return JSON.parse(text);
  return Object.fromEntries(new URLSearchParams(text));
}
