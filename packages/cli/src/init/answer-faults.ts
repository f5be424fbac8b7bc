/* What is wrong with an answer, in words for who gave it; undefined where nothing is. None repeats it: it may be a secret. */

/** Of something without which there is nothing to do. */
export function wordFault(answer: string): string | undefined {
  if (answer === '') return 'Something must stand here.';
  return /\s/.test(answer) ? 'It must be one word.' : undefined;
}

/** Of an address of a server. */
export function addressFault(answer: string): string | undefined {
  const { protocol, hostname } = URL.parse(answer) ?? {};
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol === 'https:' || (protocol === 'http:' && isLocal)) return undefined;
  return 'It must be an address with https://, or http:// on this machine.';
}

/** Of an address that may be left out. */
export function optionalAddressFault(answer: string): string | undefined {
  return answer === '' ? undefined : addressFault(answer);
}

/** Of the name of an environment variable: a secret that was pasted in its place is hardly ever one. */
export function variableFault(answer: string): string | undefined {
  if (/^[A-Z_][A-Z0-9_]{0,63}$/.test(answer)) return undefined;
  return 'It must be the name of a variable, as CLIENT_SECRET, and never the secret.';
}

/** Of a path in a description. */
export function pathFault(answer: string): string | undefined {
  if (answer === '') return 'A path must stand here.';
  return homeFault(answer);
}

/** Of a path that may be left out. */
export function homeFault(answer: string): string | undefined {
  return /^~([/\\]|$)/.test(answer) ? 'Write the whole path: only a shell replaces ~.' : undefined;
}

/** Of names with spaces between them. */
export function namesFault(answer: string): string | undefined {
  const names = wordsOf(answer);
  if (names.length === 0) return 'At least one name must stand here.';
  return new Set(names).size < names.length ? 'One name stands here twice.' : undefined;
}

/** The words of an answer that may have several. */
export function wordsOf(answer: string): string[] {
  return answer.split(/[\s,]+/).filter((word) => word !== '');
}
