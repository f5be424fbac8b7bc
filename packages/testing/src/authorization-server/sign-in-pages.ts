import type { IncomingMessage, ServerResponse } from 'node:http';
import { htmlReply, send } from '../loopback/reply.ts';
import { readForm } from '../loopback/request-body.ts';
import { isPublic } from './directory.ts';
import { issuerOf } from './endpoints.ts';
import { scopesOf } from './grants.ts';
import type { Realm } from './realm.ts';

/**
 * `GET .../oauth2/v2.0/authorize`: signs in at once, without a page: the account named by `login_hint`, or the first.
 * It redirects to loopback only, because no redirect addresses are registered here.
 */
export function authorizationEndpoint(realm: Realm) {
  return async (_request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const query = url.searchParams;
    const redirectUri = query.get('redirect_uri') ?? '';
    const client = realm.directory.client(query.get('client_id'));
    if (!client || !isLoopbackAddress(redirectUri)) {
      return send(response, htmlReply(400, page('Sign-in failed', 'Unknown client_id or redirect_uri.')));
    }
    const target = new URL(redirectUri);
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    const account = realm.directory.account(query.get('login_hint') ?? undefined);
    const challenge = query.get('code_challenge') ?? undefined;
    const provable = !isPublic(client) || challenge !== undefined;
    const { namesIssuer, signInError } = realm.settings;
    if (namesIssuer) target.searchParams.set('iss', issuerOf(realm).issuer);
    if (query.get('response_type') !== 'code' || !account || !provable) {
      target.searchParams.set('error', account ? 'invalid_request' : 'login_required');
    } else if (signInError !== '') {
      target.searchParams.set('error', signInError);
    } else {
      const code = realm.codes.issue({
        clientId: client.clientId,
        redirectUri,
        scopes: scopesOf(query.get('scope')) ?? [],
        account,
        challenge,
        challengeMethod: query.get('code_challenge_method') ?? 'plain',
        nonce: query.get('nonce') ?? undefined,
        claims: query.get('claims') ?? undefined,
      });
      target.searchParams.set('code', code);
    }
    response.writeHead(302, { location: target.href, 'cache-control': 'no-store' }).end();
  };
}

/** `GET .../device`: the page where a person enters the code that a device shows. */
export function devicePage(_realm: Realm) {
  return async (_request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const code = escaped(url.searchParams.get('user_code') ?? url.searchParams.get('code') ?? '');
    const form = `<form method="post">
      <p><label>Code <input name="user_code" value="${code}" autofocus required></label></p>
      <p><label>Account <input name="account" placeholder="the first one"></label></p>
      <p><button name="answer" value="approve">Approve</button> <button name="answer" value="deny">Deny</button></p>
    </form>`;
    send(response, htmlReply(200, page('Enter the code', form)));
  };
}

/** `POST .../device`: the answer of that form. */
export function deviceAnswer(realm: Realm) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await readForm(request);
    const userCode = form?.get('user_code') ?? '';
    const account = realm.directory.account(form?.get('account') || undefined);
    if (form?.get('answer') === 'deny' && realm.devices.deny(userCode)) {
      return send(response, htmlReply(200, page('Denied', 'The device will be told.')));
    }
    if (!account || !realm.devices.approve(userCode, account)) {
      return send(
        response,
        htmlReply(400, page('Not found', 'No sign-in waits under this code and account.')),
      );
    }
    send(
      response,
      htmlReply(200, page('Signed in', `You are ${escaped(account.username)}. Close this page.`)),
    );
  };
}

/** `GET .../oauth2/v2.0/logout`: only redirects back, because there is no browser session to end. */
export function logoutPage(_realm: Realm) {
  return async (_request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const back = url.searchParams.get('post_logout_redirect_uri') ?? '';
    if (isLoopbackAddress(back)) {
      response.writeHead(302, { location: back }).end();
      return;
    }
    send(response, htmlReply(200, page('Signed out', 'You may close this page.')));
  };
}

function isLoopbackAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
