import { type FormRequest, sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { dpopKeyPair } from './dpop-key.ts';
import type { DpopProofs } from './dpop-proofs.ts';

/**
 * Posts a form with a proof of possession of this key. A server that refuses it for want of a nonce has not looked at the
 * grant, so the form is sent once more with the nonce.
 * @throws {TokenEndpointError} as `sendForm` does
 * @throws {ConfigurationError} when the key cannot be used
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-8
 */
export async function sendProvedForm(
  request: FormRequest,
  key: string,
  proofs: DpopProofs,
): Promise<TokenReply> {
  const { url, headers } = request;
  const pair = await dpopKeyPair(key);
  const send = async () => {
    const dpop = await proofs.proof(pair, { method: 'POST', url });
    return sendForm({ ...request, headers: { ...headers, dpop } });
  };
  const reply = await send();
  const isNew = proofs.learnNonce(url, reply.headers);
  if (reply.body?.error !== 'use_dpop_nonce' || !isNew) return reply;
  const second = await send();
  proofs.learnNonce(url, second.headers);
  return second;
}
