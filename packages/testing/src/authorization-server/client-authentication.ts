import type { IncomingHttpHeaders } from 'node:http';
import { checkAssertion, subjectOf } from './client-assertion.ts';
import { isPublic, type TestClient } from './directory.ts';
import { metadataOf } from './endpoints.ts';
import type { Realm } from './realm.ts';
import { REFUSALS, Refusal } from './refusal.ts';

/**
 * The client of a request: by `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or by its id alone if it is public.
 * @throws {Refusal} if it is unknown or did not prove itself
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function authenticateClient(
  realm: Realm,
  headers: IncomingHttpHeaders,
  form: URLSearchParams,
): TestClient {
  const basic = basicCredentials(headers.authorization);
  const named = basic?.clientId ?? form.get('client_id') ?? subjectOf(form.get('client_assertion'));
  const client = realm.directory.client(named);
  if (!client) throw new Refusal(REFUSALS.unknownClient);
  if (client.certificate !== undefined && form.has('client_assertion')) {
    const { issuer, token_endpoint } = metadataOf(realm);
    const { clientId, certificate } = client;
    checkAssertion(form, { clientId, certificate, audiences: [issuer, token_endpoint] });
    return client;
  }
  if (isPublic(client)) return client;
  const given = basic?.clientSecret ?? form.get('client_secret');
  if (!given) throw new Refusal(REFUSALS.missingSecret);
  if (given !== client.clientSecret) throw new Refusal(REFUSALS.wrongSecret);
  return client;
}

function basicCredentials(
  header: string | undefined,
): { clientId: string; clientSecret: string } | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (!encoded) return undefined;
  const [clientId, clientSecret] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
  return { clientId: formDecoded(clientId), clientSecret: formDecoded(clientSecret) };
}

/** Both halves are form-encoded before they are joined. */
function formDecoded(text = ''): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
