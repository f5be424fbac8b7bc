import { amiss, type Finding } from './finding.ts';

/** What a failure on the way to a server was met with. */
export interface WayOut {
  /** The address that was asked for. */
  url: URL;
  /** The proxy that the environment names for it, without a password. */
  proxy: string | undefined;
  /** Whether Node uses that proxy. */
  usesProxy: boolean;
}

const NAME = 'token endpoint';
const LOOKUP = /^(ENOTFOUND|EAI_\w+)$/;
const CERTIFICATE = /CERT|SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|^UNABLE_TO_/;
const TLS = /^(ERR_SSL_|EPROTO)/;

/** What a failure to reach a server was: the name, the way, the proxy, or the encryption. */
export function networkFinding(code: string, way: WayOut): Finding {
  const { url, proxy, usesProxy } = way;
  const without = 'Without it no token can be renewed.';
  if (CERTIFICATE.test(code)) {
    const detail = `TLS: the certificate of ${url.host} is not trusted (${code}). ${without}`;
    return amiss(
      NAME,
      detail,
      'If a proxy of your company signs it: export NODE_EXTRA_CA_CERTS=/path/to/company-ca.pem',
    );
  }
  if (TLS.test(code)) {
    return amiss(
      NAME,
      `TLS: ${url.host} does not speak it at this port (${code}). ${without}`,
      'Correct scheme and port of the issuer or token endpoint.',
    );
  }
  if (proxy !== undefined && usesProxy) {
    return amiss(
      NAME,
      `Proxy: ${url.host} cannot be reached through ${proxy} (${code}). ${without}`,
      `Correct HTTPS_PROXY, or leave this host out: export NO_PROXY=${url.hostname}`,
    );
  }
  if (proxy !== undefined) {
    return amiss(
      NAME,
      `Proxy: ${url.host} cannot be reached directly (${code}), and Node does not use ${proxy}. ${without}`,
      'export NODE_USE_ENV_PROXY=1',
    );
  }
  if (LOOKUP.test(code)) {
    return amiss(
      NAME,
      `DNS: the name ${url.hostname} is not known here (${code}). ${without}`,
      `Look it up: getent hosts ${url.hostname}; then correct it, or the resolver in /etc/resolv.conf.`,
    );
  }
  return amiss(
    NAME,
    `Connection: ${url.host} does not answer (${code}). ${without}`,
    `See whether a firewall is in the way: curl -v ${url.origin}`,
  );
}

/** The proxy that the environment names for an address, without user and password. */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = URL.parse(env[name] || env[name.toLowerCase()] || '');
  if (!proxy || isLeftOut(url.hostname, env['NO_PROXY'] || env['no_proxy'] || '')) return undefined;
  return proxy.origin;
}

function isLeftOut(host: string, list: string): boolean {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.some(
    (entry) => entry === '*' || host === entry || host.endsWith(`.${entry.replace(/^\*?\./, '')}`),
  );
}

/** The code at the end of a chain of causes. */
export function networkCode(error: unknown, depth = 0): string {
  const { code, cause, errors, name } = (error ?? {}) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
    name?: string;
  };
  const below = cause ?? errors?.[0];
  if (below !== undefined && depth < 5) return networkCode(below, depth + 1);
  // That of a DOMException is a number that says nothing.
  return typeof code === 'string' ? code : (name ?? 'unknown');
}
