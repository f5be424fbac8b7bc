import { parseArgs } from 'node:util';
import { buildSite } from './build-site.ts';
import { folders } from './folders.ts';
import { serveFolder } from './serve-folder.ts';

const USAGE = 'Use: npm run docs -- [--port 4173] [--build]';

/** Builds the site; without `--build` it is served on loopback as well, until it is interrupted. */
async function main(): Promise<void> {
  const { build, port } = options();
  // First of all, since a port that is taken should not be found out after a minute.
  const server = build ? undefined : await serveFolder(folders.built, port);
  try {
    await buildSite();
  } catch (error) {
    await server?.close();
    throw error;
  }
  console.log(`docs: built in ${folders.built}`);
  if (server) console.log(`docs: ${server.url}`);
}

function options(): { build: boolean; port: number } {
  const { values } = parseArgs({
    options: { build: { type: 'boolean', default: false }, port: { type: 'string', default: '4173' } },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new TypeError(`--port ${values.port} is no port.`);
  return { build: values.build, port };
}

try {
  await main();
} catch (error) {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isUse = code.startsWith('ERR_PARSE_ARGS') || error instanceof TypeError;
  const isTaken = code === 'EADDRINUSE';
  console.error(
    `docs: ${message}${isUse ? ` ${USAGE}` : ''}${isTaken ? '. Name another one: npm run docs -- --port 4174' : ''}`,
  );
  process.exitCode = 1;
}
