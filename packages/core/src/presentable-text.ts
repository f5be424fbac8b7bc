/** Somebody else's text, fit for a message: one line, no secrets, 200 characters. */
export function presentableText(
  text: string | undefined,
  secrets: readonly (string | undefined)[],
): string | undefined {
  if (typeof text !== 'string') return undefined;
  let clean = text;
  for (const secret of secrets) if (secret) clean = clean.replaceAll(secret, '[redacted]');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is the point
  clean = clean.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean || undefined;
}
