import type { IncomingHttpHeaders } from 'node:http';
import type { Directory, TestClient } from './directory.ts';
import { REFUSALS, Refusal } from './refusal.ts';

/**
 * The client of a request: by `client_secret_basic`, `client_secret_post`, or by its id alone if it is public.
 * @throws {Refusal} if it is unknown or did not prove itself
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function authenticateClient(
  directory: Directory,
  headers: IncomingHttpHeaders,
  form: URLSearchParams,
): TestClient {
  const basic = basicCredentials(headers.authorization);
  const client = directory.client(basic?.clientId ?? form.get('client_id'));
  if (!client) throw new Refusal(REFUSALS.unknownClient);
  if (client.clientSecret === undefined) return client;
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
