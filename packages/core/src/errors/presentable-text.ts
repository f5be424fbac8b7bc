/** Text of another party, made fit for a message: one line, without secrets, at most 200 characters. */
export function presentableText(
  text: string | undefined,
  secrets: readonly (string | undefined)[],
): string | undefined {
  if (typeof text !== 'string') return undefined;
  const visible = redacted(text, secrets);
  // A secret is found also with a control character in the middle of it.
  const unbroken = visible.replace(/\p{Cc}/gu, '');
  if (secrets.some((secret) => secret && unbroken.includes(secret))) return '[redacted]';
  const clean = visible.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean || undefined;
}

function redacted(text: string, secrets: readonly (string | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) if (secret) clean = clean.replaceAll(secret, '[redacted]');
  return clean;
}
