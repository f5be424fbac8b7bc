import { type FormRequest, sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { dpopKeyIn } from './dpop-key.ts';
import type { DpopProofs } from './dpop-proofs.ts';

/**
 * Posts a form with a proof of possession of this key. A server that refuses the proof, for want of a nonce or because our clock
 * differs from its own, has not looked at the grant, so the form is sent once more with what it said.
 * @throws {TokenEndpointError} as `sendForm` does
 * @throws {ConfigurationError} when the key cannot be used
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-8
 */
export async function sendProvedForm(
  request: FormRequest,
  keyText: string,
  proofs: DpopProofs,
): Promise<TokenReply> {
  const { url, headers } = request;
  const key = await dpopKeyIn(keyText);
  const send = async () => {
    const dpop = await proofs.proof(key, { method: 'POST', url });
    return sendForm({ ...request, headers: { ...headers, dpop } });
  };
  const reply = await send();
  if (!proofs.mendsRefusal(url, reply.headers, reply.body?.error)) return reply;
  const second = await send();
  proofs.mendsRefusal(url, second.headers, second.body?.error);
  return second;
}
