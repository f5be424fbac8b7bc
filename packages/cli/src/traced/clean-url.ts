const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** From this length on, a part of a path may be a secret. */
const LONG = 20;
/** What is behind this is left out. */
const LONGEST_PATH = 1_000;

/**
 * Origin and path, without user, query and fragment, and without what could be a secret: some services take a key in the path.
 * Words and UUIDs stay, whatever their length.
 * @param secret - is left out wherever it stands
 */
export function cleanUrl(origin: string, path: string, secret?: string | undefined): string {
  const { protocol, host } = new URL(origin);
  const [plain = ''] = path.slice(0, LONGEST_PATH).split(/[?#]/, 1);
  return `${protocol}//${host}${plain
    .split('/')
    .map((part) => (isSecret(part, secret) ? '…' : part))
    .join('/')}`;
}

function isSecret(part: string, secret: string | undefined): boolean {
  if (secret && part.includes(secret)) return true;
  if (/^bot\d+:|=/.test(part)) return true;
  return part.length >= LONG && !UUID.test(part) && !isWords(part);
}

/** `authenticationMethods`, `well-known_things`. */
export function isWords(text: string): boolean {
  return text.split(/[-_.]|(?=[A-Z])/).every((word) => /^[A-Za-z]?[a-z]+$/.test(word));
}
