import type { World } from '../world/world.ts';

/** The proxy that the environment names for an address, without user and password, as `fetch` of Node reads it. */
export function proxyFor(url: URL, env: World['env']): string | undefined {
  if (isLeftOut(url, env[exceptionsVariable(env)] ?? '')) return undefined;
  const ofScheme = env[proxyVariable(url, env)];
  // Without one for https, fetch takes that for http there too; node:https and curl do not.
  const given = ofScheme || (env['http_proxy'] ?? env['HTTP_PROXY'] ?? '');
  // curl takes an address without a scheme; Node ends at its start with one.
  if (!given.includes('://')) return URL.parse(`http://${given}`)?.host;
  return URL.parse(given)?.origin;
}

/** The variable that decides which proxy an address has. In small letters it goes first, also where it is empty. */
export function proxyVariable({ protocol }: URL, env: World['env']): string {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return env[name.toLowerCase()] === undefined ? name : name.toLowerCase();
}

/** The variable that lists what no proxy is for. */
export function exceptionsVariable(env: World['env']): 'no_proxy' | 'NO_PROXY' {
  return env['no_proxy'] === undefined ? 'NO_PROXY' : 'no_proxy';
}

/** Whether Node was told to use that proxy. */
export function usesEnvProxy(env: World['env']): boolean {
  return env['NODE_USE_ENV_PROXY'] === '1' || /(^|\s)--use-env-proxy\b/.test(env['NODE_OPTIONS'] ?? '');
}

/** `example.com`, `.example.com` and `*.example.com` are all that host and those below it; each may name a port. */
function isLeftOut(url: URL, list: string): boolean {
  const host = withoutBrackets(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    const [, name = entry, ofPort = port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
    const left = withoutBrackets(name)
      .replace(/^\*?\./, '')
      .toLowerCase();
    if (left === '' || ofPort !== port) return false;
    return left === '*' || host === left || host.endsWith(`.${left}`);
  });
}

const withoutBrackets = (host: string) => host.replace(/^\[(.+)\]$/, '$1');
