import { ConfigurationError } from '@everbearer/core';
import { requireText } from '../options/require-option.ts';

/** A redirect address on this machine. */
export interface LoopbackAddress {
  /** As the person wrote it, up to the port. */
  start: string;
  /** 0: any free one. */
  port: number;
  /** As the person wrote it, from behind the port: empty, a slash, or more. */
  end: string;
  /** What a request to it asks for. */
  path: string;
  /** Where to listen: a name stands for both. */
  hosts: readonly ('127.0.0.1' | '::1')[];
}

const FORM = /^(http:\/\/(localhost|127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?((?:\/[^?#\s]*)?)$/;

const HOSTS = {
  localhost: ['127.0.0.1', '::1'],
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
} as const;

/**
 * Reads the redirect address of a sign-in on this machine. Its letters are kept: servers compare them.
 * @throws {ConfigurationError} `redirectUri`
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function loopbackAddress(redirectUri: unknown): LoopbackAddress {
  const text = requireText('redirectUri', redirectUri, REMEDY);
  const [, start = '', host = '', port = '0', end = ''] = FORM.exec(text) ?? [];
  const hosts = HOSTS[host as keyof typeof HOSTS];
  if (!hosts || Number(port) > 65_535) {
    const message = `\`redirectUri\` is not an http address on this machine. ${REMEDY}`;
    throw new ConfigurationError({ option: 'redirectUri', message });
  }
  return { start, port: Number(port), end, path: new URL(text).pathname, hosts };
}

const REMEDY =
  "Write it exactly as it is registered at the server, for instance 'http://127.0.0.1:8400/callback' or 'http://localhost'; without a port, any free one is added.";

/** The address with its port, in the letters of the person. */
export function withPort({ start, end }: LoopbackAddress, port: number): string {
  return `${start}:${port}${end}`;
}

/** What to register where nobody came back: the page that says so is in the browser, where this program sees nothing. */
export function registrationAdvice({ start, port, end }: LoopbackAddress, sent: string): string {
  const exactly = `If the browser showed an error page of the server, register exactly ${sent}`;
  if (port !== 0) return `${exactly} there as a redirect address.`;
  return `${exactly} there as a redirect address, and give it as \`redirectUri\`; a server that lets the port vary (RFC 8252) takes ${start}${end}.`;
}
