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
    return { ...(await sendForm({ ...request, headers: { ...headers, dpop } })), isProved: true };
  };
  const reply = await send();
  if (!proofs.mendsRefusal(url, reply.headers, reply.body?.error)) return explained(reply);
  const second = await send();
  proofs.mendsRefusal(url, second.headers, second.body?.error);
  return explained(second);
}

/** In the words of the server, or else in ours. */
function explained(reply: TokenReply): TokenReply {
  const { body, headers } = reply;
  if (body?.['error'] !== 'use_dpop_nonce' || body['error_description'] !== undefined) return reply;
  const said = headers.has('dpop-nonce') ? REFUSES_ITS_OWN : SENT_NONE;
  const members = { ...body, error_description: said };
  return { ...reply, content: members, body: members };
}

const SENT_NONE =
  'it wants a nonce in the proof and sent none in the header DPoP-Nonce, which only the server, or a proxy before it, can mend';
const REFUSES_ITS_OWN = 'it wants another nonce in the proof than the one that it had just sent';
