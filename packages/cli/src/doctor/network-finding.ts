import type { World } from '../world/world.ts';
import { amiss, type Finding } from './finding.ts';
import { exceptionsVariable, proxyVariable } from './proxy-for.ts';

/** What a failure on the way to a server was met with. */
export interface WayOut {
  /** The address that was asked for. */
  url: URL;
  /** The proxy that the environment names for it, without a password. */
  proxy: string | undefined;
  /** Whether Node uses that proxy. */
  usesProxy: boolean;
  /** The environment, for the names of the variables that decide. */
  env: World['env'];
}

const NAME = 'token endpoint';
const WITHOUT = 'Without it no token can be renewed.';
const LOOKUP = /^(ENOTFOUND|EAI_\w+)$/;
const CERTIFICATE = /CERT|SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|^UNABLE_TO_/;
const PROXY_REFUSAL = /^PROXY_REFUSED_(\d{3})$/;
const TLS = /^(ERR_SSL_|EPROTO)/;

/** What a failure to reach a server was: the name, the way, the proxy, or the encryption. */
export function networkFinding(code: string, way: WayOut): Finding {
  const { url } = way;
  const ofCertificate = certificateFinding(code, url);
  if (ofCertificate) return ofCertificate;
  const [, refusal] = PROXY_REFUSAL.exec(code) ?? [];
  if (refusal !== undefined) return refusalFinding(refusal, way);
  if (TLS.test(code)) {
    return amiss(
      NAME,
      `TLS: ${url.host} does not speak it at this port (${code}). ${WITHOUT}`,
      'Correct scheme and port of the issuer or token endpoint.',
    );
  }
  if (way.proxy !== undefined) return proxyFinding(code, way);
  if (LOOKUP.test(code)) {
    return amiss(
      NAME,
      `DNS: the name ${url.hostname} is not known here (${code}). ${WITHOUT}`,
      `Look it up: getent hosts ${url.hostname}; then correct it, or the resolver in /etc/resolv.conf.`,
    );
  }
  return amiss(
    NAME,
    `Connection: ${url.host} does not answer (${code}). ${WITHOUT}`,
    `See whether a firewall is in the way: curl -v ${url.origin}`,
  );
}

/** Where the environment names a proxy: it is in the way, or Node goes past it. */
function proxyFinding(code: string, { url, proxy = '', usesProxy, env }: WayOut): Finding {
  const variable = proxyVariable(url, env);
  return usesProxy
    ? amiss(
        NAME,
        `Proxy: ${url.host} cannot be reached through ${proxy} (${code}). ${WITHOUT}`,
        `Correct ${variable}, or leave this host out: ${leavingOut(url, env)}`,
      )
    : amiss(
        NAME,
        `Proxy: ${url.host} cannot be reached directly (${code}), and Node does not use ${proxy}. ${WITHOUT}`,
        proxy.includes('://')
          ? 'export NODE_USE_ENV_PROXY=1'
          : `export NODE_USE_ENV_PROXY=1 ${variable}=http://${proxy}`,
      );
}

/** What is wrong with a certificate, and what shows or mends it. */
function certificateFinding(code: string, { host, hostname, port }: URL): Finding | undefined {
  if (!CERTIFICATE.test(code)) return undefined;
  const shows = `openssl s_client -connect ${hostname}:${port || 443} -servername ${hostname} </dev/null 2>/dev/null | openssl x509 -noout`;
  const wrong = (what: string, remedy: string) =>
    amiss(NAME, `TLS: the certificate of ${host} ${what} (${code}). ${WITHOUT}`, remedy);
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return wrong(
      code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet',
      `See whether this clock is right, else whoever runs that server must renew it: date; ${shows} -startdate -enddate`,
    );
  if (/HOSTNAME_MISMATCH|ALTNAME_INVALID/.test(code))
    return wrong('is for another host', `Use a name that stands in it: ${shows} -ext subjectAltName`);
  return wrong(
    'is not trusted',
    'If a proxy of your company signs it: export NODE_EXTRA_CA_CERTS=/path/to/company-ca.pem, or, where this machine trusts it already, export NODE_OPTIONS=--use-system-ca',
  );
}

/** A proxy that answers, and opens no tunnel. */
function refusalFinding(status: string, { url, proxy = 'the proxy', env }: WayOut): Finding {
  const detail = `Proxy: ${proxy} opens no way to ${url.host} (HTTP ${status}). ${WITHOUT}`;
  if (status === '407') {
    const withName = proxy.replace('://', '://USER:PASSWORD@');
    return amiss(
      NAME,
      `${detail} It wants a name and a password.`,
      `export ${proxyVariable(url, env)}=${withName}`,
    );
  }
  const remedy = `Ask who runs it to allow ${url.hostname}, or go without it: ${leavingOut(url, env)}`;
  return amiss(NAME, detail, remedy);
}

/** What is in the list stays there. */
function leavingOut({ hostname }: URL, env: World['env']): string {
  const name = exceptionsVariable(env);
  return env[name] ? `export ${name}="$${name},${hostname}"` : `export ${name}=${hostname}`;
}

/** The code at the end of a chain of causes. A proxy that opens no tunnel has none of its own: PROXY_REFUSED_407 and its kin. */
export function networkCode(error: unknown, depth = 0): string {
  const { code, cause, errors, name, message } = (error ?? {}) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
    name?: string;
    message?: string;
  };
  const [, refusal] = /^Proxy response \((\d{3})\) !== 200/.exec(message ?? '') ?? [];
  if (refusal !== undefined) return `PROXY_REFUSED_${refusal}`;
  const below = cause ?? errors?.[0];
  if (below !== undefined && depth < 5) return networkCode(below, depth + 1);
  // That of a DOMException is a number that says nothing.
  return typeof code === 'string' ? code : (name ?? 'unknown');
}
