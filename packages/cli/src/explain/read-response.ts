import { parseChallenges } from '@everbearer/core/adapter';
import { cleanChallenge, cleanWords } from '../traced/clean-challenge.ts';
import { cleanUrl } from '../traced/clean-url.ts';
import { credentialOf } from '../traced/credential-of.ts';
import { readBody } from './read-body.ts';
import type { Refusal } from './refusal.ts';
import { tokenClaims } from './token-claims.ts';

/** An answer that says why it is a 401 is short. */
const LONGEST = 500_000;

/** Pasted text, in its parts. */
interface Pasted {
  /** Of the request, where `curl -v` printed it: its lines, the first one apart. */
  request: { line: string; headers: Headers } | undefined;
  status: number | undefined;
  headers: Headers;
  body: string;
}

/**
 * Reads what `curl -i` or `curl -v` printed, the last answer of it; or a body alone. Nothing of it is kept but what is known
 * to be no secret. Undefined where there is no answer in it.
 */
export function readResponse(text: string, now: number): Refusal | undefined {
  const { request, status, headers, body } = pastedParts(text.slice(0, LONGEST));
  const { code, message } = readBody(body);
  if (status === undefined && code === undefined && message === undefined) return undefined;
  const authorization = request?.headers.get('authorization') ?? undefined;
  const credential = credentialOf(authorization);
  const token = credential.kind === 'token' ? credential.token : undefined;
  const header = headers.get('www-authenticate');
  const challenge = header === null ? undefined : cleanChallenge(header, token);
  const answeredAt = Date.parse(headers.get('date') ?? '') || now;
  return {
    status,
    ...(request && requestFacts(request, token)),
    ...(request && { headerFrom: credential.kind === 'none' ? ('nobody' as const) : ('program' as const) }),
    headerHolds: credential.kind === 'empty' ? 'nothing' : credential.kind === 'other' ? 'other' : undefined,
    ...(token !== undefined && tokenClaims(token, answeredAt)),
    challenge,
    challenges: parseChallenges(challenge),
    code,
    message: message && cleanWords(message, token),
  };
}

function requestFacts(
  { line, headers }: NonNullable<Pasted['request']>,
  token: string | undefined,
): Partial<Refusal> {
  const [, method, path] = /^([A-Z]+) (\S+)/.exec(line) ?? [];
  const host = headers.get('host') ?? '';
  const isHost = /^[\w.-]+(:\d+)?$/.test(host);
  return { method, url: path && isHost ? cleanUrl(`https://${host}`, path, token) : undefined };
}

const STATUS_LINE = /^HTTP(?:\/[\d.]+)? (\d{3})\b/;

function pastedParts(text: string): Pasted {
  const lines = text.split(/\r?\n/);
  // `curl -v` marks what it sent, what it got and what it did.
  const isMarked = lines.some((line) => /^< HTTP/.test(line));
  const got = isMarked ? unmarked(lines, '<') : lines;
  const at = got.findLastIndex((line) => STATUS_LINE.test(line));
  const sent = isMarked ? unmarked(lines, '>') : [];
  const line = sent.findLast((each) => /^[A-Z]+ \S+ HTTP\//.test(each));
  const request =
    line === undefined ? undefined : { line, headers: headersIn(sent.slice(sent.lastIndexOf(line) + 1)) };
  const head = at < 0 ? [] : got.slice(at + 1);
  const end = head.findIndex((each) => each.trim() === '');
  const rest = at < 0 ? got : end < 0 ? [] : head.slice(end + 1);
  return {
    request,
    status: at < 0 ? undefined : Number(STATUS_LINE.exec(got[at] as string)?.[1]),
    headers: headersIn(end < 0 ? head : head.slice(0, end)),
    body: (isMarked ? lines.filter((each) => !/^[<>*{}] ?/.test(each) || /^[{}]/.test(each)) : rest).join(
      '\n',
    ),
  };
}

function unmarked(lines: readonly string[], mark: string): string[] {
  return lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1).trim());
}

function headersIn(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    try {
      if (name !== '') headers.append(name, value);
    } catch {
      // What no header can hold says nothing.
    }
  }
  return headers;
}
