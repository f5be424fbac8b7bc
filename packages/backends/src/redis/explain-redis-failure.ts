import { AuthError, TokenBackendError } from '@everbearer/core';
import type { TokenBackendErrorCode } from '@everbearer/core/contract';
import { NoAnswer } from './within.ts';

/** What an answer means here, and what to do about it. */
interface Meaning {
  /** How the server or the client says it. */
  said: RegExp;
  /** Where it depends on what was tried: `unreadable` or `not_writable`. */
  code: TokenBackendErrorCode | 'refused';
  /** Goes on after "Redis at host:port". */
  detail: string;
  remedy: string;
}

const WAIT = 'It is tried again; the tokens in memory are kept.';

/** The first match counts. Some clients reword the codes of the server, and old servers wrap those of scripts. */
const MEANINGS: readonly Meaning[] = [
  {
    said: /\bOOM\b|out ?of ?memory/i,
    code: 'full',
    detail: 'has no memory left (OOM)',
    remedy: 'What was stored is kept. Raise `maxmemory` or make room; nothing was redeemed.',
  },
  {
    said: /\bREAD_?ONLY\b/i,
    code: 'not_writable',
    detail: 'is a read-only replica (READONLY)',
    remedy: 'Connect to the primary: by Sentinel, a cluster client, or its address.',
  },
  {
    said: /\bMISCONF\b/,
    code: 'not_writable',
    detail: 'cannot write to its disk, and refuses writes until it can (MISCONF)',
    remedy: 'Look at the disk and the log of that server.',
  },
  {
    said: /\bNO_?PERM\b|no permissions? to|Permission ?Denied|executing the script can't/i,
    code: 'refused',
    detail: 'does not allow this user to do that (NOPERM)',
    remedy: 'Give the user the rights that the README of @everbearer/backends lists, for this `prefix`.',
  },
  {
    said: /\bNO_?AUTH\b|\bWRONGPASS\b|Authentication ?(required|failed)|invalid (username|password)/i,
    code: 'refused',
    detail: 'did not accept the credentials of the client (NOAUTH or WRONGPASS)',
    remedy: 'Check the username and password that the client was made with.',
  },
  {
    said: /\b(CLUSTER_?DOWN\w*|TRYAGAIN)\b|cluster is down|too many cluster redirections/i,
    code: 'unavailable',
    detail: 'is a cluster, and no node serves the slot of this record (CLUSTERDOWN)',
    remedy: WAIT,
  },
  {
    said: /\b(MOVED|ASK|CROSSSLOT)\b|\b(Moved|Ask|CrossSlot): /,
    code: 'not_writable',
    detail: 'is a node of a cluster, and the client is for a single server (MOVED)',
    remedy: 'Use the cluster client of your library: createCluster, Cluster or GlideClusterClient.',
  },
  {
    said: /\b(NOREPLICAS|NotEnoughReplicas)\b|not enough (good )?replicas/i,
    code: 'not_writable',
    detail: 'has fewer replicas than `min-replicas-to-write` asks for (NOREPLICAS)',
    remedy: 'Bring the replicas back; until then nothing is redeemed.',
  },
  {
    said: /\b(LOADING|BusyLoading)\w*/i,
    code: 'unavailable',
    detail: 'is still loading its data (LOADING)',
    remedy: WAIT,
  },
  {
    said: /\bMASTER_?DOWN\w*/i,
    code: 'unavailable',
    detail: 'is a replica without its primary (MASTERDOWN)',
    remedy: WAIT,
  },
  {
    said: /\bBUSY\b/,
    code: 'unavailable',
    detail: 'is busy with a script of another client (BUSY)',
    remedy: WAIT,
  },
  {
    said: /\bWRONG_?TYPE\b/i,
    code: 'damaged',
    detail: 'holds something else under the key of this record (WRONGTYPE)',
    remedy: 'Choose another `prefix`, or delete that key.',
  },
  {
    said: /unknown command|\bunknown subcommand/i,
    code: 'refused',
    detail: 'does not know a command that is needed',
    remedy: 'Use Redis 5 or later or Valkey 7.2 or later, with EVAL and EVALSHA enabled.',
  },
  {
    said: /client is (closed|offline)|connection is closed|(already|been) closed/i,
    code: 'unavailable',
    detail: 'is not connected',
    remedy: 'Connect the client first (`await client.connect()`), and close it after the token manager.',
  },
];

/**
 * Turns an error of a client or a server into one of ours. Neither its text nor the error itself is kept: clients put
 * commands with their arguments, and addresses with passwords, into both.
 */
export function explainRedisFailure(
  error: unknown,
  purpose: 'read' | 'write',
  address: string,
  timeoutMs: number,
): TokenBackendError {
  if (error instanceof AuthError) return error as TokenBackendError;
  const place = `Redis at ${address}`;
  if (error instanceof NoAnswer) {
    const detail = `${place} did not answer within ${timeoutMs} ms.`;
    return new TokenBackendError({
      code: 'unavailable',
      message: `${detail} Check the server and the network. ${WAIT}`,
    });
  }
  const { name = '', message = '' } = (error ?? {}) as { name?: string; message?: string };
  const meaning = MEANINGS.find(({ said }) => said.test(`${name} ${message}`));
  if (!meaning) {
    const remedy = 'Check that the server runs and can be reached from here; the tokens in memory are kept.';
    const text = `${place} cannot be used: the client failed. ${remedy}`;
    return new TokenBackendError({ code: 'unavailable', message: text, cause: error });
  }
  const { code, detail, remedy } = meaning;
  const refused = purpose === 'read' ? 'unreadable' : 'not_writable';
  return new TokenBackendError({
    code: code === 'refused' ? refused : code,
    message: `${place} ${detail}. ${remedy}`,
  });
}
