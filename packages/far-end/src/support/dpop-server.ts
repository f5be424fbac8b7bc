import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { judgeProof, nonceIn, type Proof } from './dpop-proof.ts';

/** A request as the server judged it. */
export interface DpopSeen {
  path: string;
  method: string;
  authorization: string | undefined;
  proof: Proof;
  status: number;
}

/** An authorization server and a resource server in one that accept tokens with proofs alone (RFC 9449). */
export interface DpopServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly DpopSeen[];
  /** The refresh token that works now. One that was spent, or comes with another key, ends the session. */
  readonly refreshToken: string | undefined;
  /** Binds the first refresh token to this key. */
  bind(jkt: string): void;
  /** Refuses the access tokens issued so far. */
  revokeAccess(): void;
  /** Asks for another nonce, in the next proof to the token endpoint and to resources. */
  changeNonces(): void;
  /** Sets its clock this much ahead of ours, in milliseconds. */
  setClockAhead(ms: number): void;
  /** From now on a nonce is good for one request; each response brings another one. */
  useNoncesOnce(): void;
}

const LIFE_S = 3600;

/** `/token` takes the grants refresh_token and client_credentials; everything else is a resource. */
export async function dpopServer(): Promise<DpopServer> {
  const seen: DpopSeen[] = [];
  const spentProofs = new Set<string>();
  const access = new Map<string, string>();
  let count = 1;
  let session: { refreshToken: string; jkt: string } | undefined = { refreshToken: 'rt-1', jkt: '' };
  let nonces = { token: 'token-nonce-1', resource: 'resource-nonce-1' };
  let aheadMs = 0;
  let unspent: Set<string> | undefined;

  /** What a proof must hold, and what the response brings for the next one. */
  function noncesFor(isToken: boolean, offered: string | undefined) {
    const now = isToken ? nonces.token : nonces.resource;
    if (!unspent) return { wanted: now, next: now };
    const isGood = offered !== undefined && unspent.delete(offered);
    const next = `once-${++count}`;
    unspent.add(next);
    return { wanted: isGood ? offered : next, next };
  }

  function tokenReply(form: URLSearchParams, jkt: string) {
    if (form.get('grant_type') === 'refresh_token') {
      const fits = session && session.refreshToken === form.get('refresh_token');
      if (!session || !fits || (session.jkt !== '' && session.jkt !== jkt)) {
        session = undefined;
        return { status: 400, body: { error: 'invalid_grant' } };
      }
      session = { refreshToken: `rt-${++count}`, jkt };
    }
    const accessToken = `at-${++count}`;
    access.set(accessToken, jkt);
    const refreshToken = form.get('grant_type') === 'refresh_token' ? session?.refreshToken : undefined;
    const body = {
      access_token: accessToken,
      token_type: 'DPoP',
      expires_in: LIFE_S,
      refresh_token: refreshToken,
    };
    return { status: 200, body };
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', headers } = request;
    const path = new URL(request.url ?? '', server.url).pathname;
    const isToken = path === '/token';
    const [scheme, accessToken] = (headers.authorization ?? '').split(' ');
    const header = [headers['dpop']].flat()[0];
    const { wanted, next } = noncesFor(isToken, nonceIn(header));
    const about = {
      method,
      url: `${server.url}${path}`,
      nonce: wanted,
      accessToken: isToken ? undefined : accessToken,
      now: Date.now() + aheadMs,
    };
    const proof = await judgeProof(header, about);
    if (spentProofs.has(proof.jti)) proof.fault ??= 'the proof came before';
    spentProofs.add(proof.jti);
    const isLive = scheme === 'DPoP' && access.get(accessToken ?? '') === proof.jkt;
    const error = proof.fault && (proof.fault === 'use_dpop_nonce' ? proof.fault : 'invalid_dpop_proof');
    let reply: { status: number; body: unknown };
    if (isToken) {
      reply = error
        ? { status: 400, body: { error } }
        : tokenReply(new URLSearchParams(Buffer.concat(chunks).toString()), proof.jkt);
    } else if (error || !isLive) {
      response.setHeader('www-authenticate', `DPoP error="${error ?? 'invalid_token'}", algs="ES256"`);
      reply = { status: 401, body: {} };
    } else reply = { status: 200, body: { path, body: Buffer.concat(chunks).toString() } };
    seen.push({ path, method, authorization: headers.authorization, proof, status: reply.status });
    response.setHeader('date', new Date(about.now).toUTCString());
    response.writeHead(reply.status, { 'content-type': 'application/json', 'dpop-nonce': next });
    response.end(JSON.stringify(reply.body));
  }

  const listener = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  const server: DpopServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    seen,
    get refreshToken() {
      return session?.refreshToken;
    },
    bind(jkt) {
      if (session) session.jkt = jkt;
    },
    revokeAccess: () => access.clear(),
    changeNonces() {
      nonces = { token: `token-nonce-${++count}`, resource: `resource-nonce-${++count}` };
    },
    setClockAhead(ms) {
      aheadMs = ms;
    },
    useNoncesOnce() {
      unspent = new Set();
    },
    async [Symbol.asyncDispose]() {
      listener.closeAllConnections();
      await new Promise((closed) => listener.close(closed));
    },
  };
  return server;
}
