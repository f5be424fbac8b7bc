import { ConfigurationError } from '@everbearer/core';

/** What a format is written from. */
export interface TokenToPrint {
  token: string;
  expiresAt: number | undefined;
  /** The name that goes with it, where the format has one. */
  user: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/** Formats that are one text, whoever asks. Those of credential helpers are a conversation: {@link answerGit}. */
export const FORMATS: Readonly<Record<string, (input: TokenToPrint) => string>> = {
  raw: ({ token }) => `${token}\n`,
  header: ({ token }) => `Authorization: Bearer ${token}\n`,
  env: ({ token }) => `ACCESS_TOKEN=${plain(token)}\n`,
  'exec-credential': execCredential,
  xoauth2,
};

/** Without quotation marks a line means the same to a shell, to docker --env-file and to systemd. */
function plain(token: string): string {
  if (/^[\w.~+/=-]+$/.test(token)) return token;
  const message =
    'The token holds characters that a shell reads as its own. Use: everbearer token, or --output header';
  throw new ConfigurationError({ option: '--output', message });
}

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * In the version that kubectl asks for.
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
function execCredential({ token, expiresAt, env }: TokenToPrint): string {
  const end = expiresAt === undefined ? {} : { expirationTimestamp: wholeSeconds(expiresAt) };
  const status = { token, ...end };
  return `${JSON.stringify({ apiVersion: execVersion(env['KUBERNETES_EXEC_INFO']), kind: 'ExecCredential', status })}\n`;
}

function wholeSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

function execVersion(info: string | undefined): string {
  if (!info) return EXEC_VERSIONS[0] as string;
  const asked = versionIn(info);
  if (typeof asked === 'string' && EXEC_VERSIONS.includes(asked)) return asked;
  const message = `KUBERNETES_EXEC_INFO asks for another version than ${EXEC_VERSIONS.join(' or ')}. Set one of them as apiVersion of the exec section in the kubeconfig.`;
  throw new ConfigurationError({ option: 'KUBERNETES_EXEC_INFO', message });
}

function versionIn(info: string): unknown {
  try {
    return (JSON.parse(info) as { apiVersion?: unknown } | null)?.apiVersion;
  } catch {
    return undefined;
  }
}

/**
 * The initial response of SASL XOAUTH2, base64 in one line.
 * @see https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
 */
function xoauth2({ token, user }: TokenToPrint): string {
  if (!user) {
    const message =
      'xoauth2 names a mailbox, and the server did not say whose tokens these are. Add --user ADDRESS.';
    throw new ConfigurationError({ option: '--user', message });
  }
  if (/\p{Cc}/u.test(user)) {
    const message =
      '--user holds a control character, which would end the name early. Give the address alone.';
    throw new ConfigurationError({ option: '--user', message });
  }
  return `${Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`, 'utf8').toString('base64')}\n`;
}
