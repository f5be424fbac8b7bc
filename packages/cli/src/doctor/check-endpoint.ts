import type { World } from '../world/world.ts';
import { amiss, type Finding, sound } from './finding.ts';
import { networkCode, networkFinding } from './network-finding.ts';
import { proxyFor, usesEnvProxy } from './proxy-for.ts';

const PATIENCE_MS = 10_000;
const MOST_SKEW_MS = 60_000;

/** What the authorization server says of itself, as far as it does. */
export interface ServerWords {
  findings: Finding[];
  /** Scopes that it knows. */
  scopes: readonly string[] | undefined;
}

/** Asks the token endpoint for a sign of life, with no credential in hand, and compares clocks. */
export async function checkEndpoint(providerId: string, world: World): Promise<ServerWords> {
  const id = new URLSearchParams(providerId);
  const [issuer, given] = [id.get('issuer'), id.get('token_endpoint')];
  const start = given ?? issuer;
  if (!URL.canParse(start ?? '')) return { findings: [], scopes: undefined };
  try {
    const document = issuer === null ? undefined : await metadata(issuer);
    const endpoint = given ?? document?.token_endpoint;
    if (endpoint === undefined) return { findings: [noDocument(issuer as string)], scopes: undefined };
    return { findings: await askDate(new URL(endpoint), world), scopes: document?.scopes_supported };
  } catch (error) {
    const url = new URL(start as string);
    const { env } = world;
    const way = { url, proxy: proxyFor(url, env), usesProxy: usesEnvProxy(env), env };
    return { findings: [networkFinding(networkCode(error), way)], scopes: undefined };
  }
}

interface Metadata {
  token_endpoint?: string;
  scopes_supported?: readonly string[];
}

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-3 */
async function metadata(issuer: string): Promise<Metadata | undefined> {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  for (const place of [
    `${path}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server${path}`,
  ]) {
    const response = await ask(new URL(place, url.origin));
    const document: unknown = response.ok
      ? await response.json().catch(() => undefined)
      : await response.body?.cancel();
    if (typeof document === 'object' && document !== null) return document;
  }
  return undefined;
}

function noDocument(issuer: string): Finding {
  const detail = `${issuer} answers, and has no metadata document that names a token endpoint. Without it no token can be renewed.`;
  return amiss('token endpoint', detail, 'Correct --issuer, or name the endpoint: --token-endpoint URL');
}

async function askDate(endpoint: URL, world: World): Promise<Finding[]> {
  const before = world.now();
  const response = await ask(endpoint);
  await response.body?.cancel();
  const reached = sound(
    'token endpoint',
    `${endpoint.host} answers (HTTP ${response.status} to a question without a credential).`,
  );
  return [reached, ...clockFinding(response.headers.get('date'), (before + world.now()) / 2)];
}

function ask(url: URL): Promise<Response> {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** A server says its time in whole seconds. */
export function clockFinding(date: string | null, now: number): Finding[] {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return [];
  const skewMs = now - server;
  const words = `${Math.abs(Math.round(skewMs / 1_000))} s ${skewMs > 0 ? 'ahead of' : 'behind'}`;
  if (Math.abs(skewMs) <= MOST_SKEW_MS)
    return [sound('clock', `It agrees with the token endpoint's to a minute.`)];
  const detail = `It is ${words} the token endpoint's: signed assertions and DPoP proofs are refused, and ends of tokens are misjudged.`;
  return [amiss('clock', detail, 'timedatectl set-ntp true')];
}
