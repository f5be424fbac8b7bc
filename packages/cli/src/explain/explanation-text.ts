import { duration } from '../print/durations.ts';
import { tokenWords } from '../trace/record-line.ts';
import type { Explanation } from './explain-refusal.ts';
import type { Refusal } from './refusal.ts';

/** An explained refusal, and how many there were of its kind. */
export interface Explained {
  refusal: Refusal;
  explanation: Explanation;
  count: number;
}

/** For a person: the answer in one line, then what is known of it. */
export function explanationText({ refusal, explanation, count }: Explained): {
  title: string;
  facts: [string, string][];
} {
  const { status, method, url, id, pid, at, code, message, challenge } = refusal;
  const place = [
    pid !== undefined && `process ${pid}, request ${id}`,
    at !== undefined && `at ${new Date(at).toISOString()}`,
    count > 1 && `the last of ${count} like it`,
  ].filter(Boolean);
  const facts: [string, string | undefined][] = [
    ['why', explanation.meaning],
    ['token', tokenFact(refusal)],
    ['from', refusal.broughtBy && [refusal.provider, refusal.broughtBy].filter(Boolean).join(', by ')],
    ['asks', challenge],
    ['says', [code, message].filter(Boolean).join(': ') || undefined],
    ['again', replayFact(refusal)],
    ['do', explanation.remedy],
    ['see', explanation.source],
  ];
  return {
    title: [status ?? 'an answer', method, url, place.length > 0 && `(${place.join('; ')})`]
      .filter(Boolean)
      .join(' '),
    facts: facts.filter((fact): fact is [string, string] => fact[1] !== undefined),
  };
}

/** Of a pasted answer without its request, nothing is known of the token. */
function tokenFact(refusal: Refusal): string | undefined {
  const { headerFrom, fingerprint, tokenAgeMs, tokenLifeMs, audience } = refusal;
  if (headerFrom === undefined) return undefined;
  const isPasted = fingerprint === undefined && headerFrom === 'program' && refusal.headerHolds === undefined;
  if (!isPasted) return tokenWords(refusal).replace(/^token /, '');
  const facts = [
    tokenAgeMs !== undefined && `${duration(tokenAgeMs)} old`,
    tokenLifeMs !== undefined &&
      (tokenLifeMs > 0 ? `${duration(tokenLifeMs)} left` : `ended ${duration(tokenLifeMs)} before`),
    audience && `for ${audience}`,
  ].filter(Boolean);
  return facts.length > 0 ? facts.join(', ') : 'it says nothing of itself';
}

function replayFact({ replay, notReplayed, headerFrom, id }: Refusal): string | undefined {
  if (replay) {
    const answer = replay.status === undefined ? 'not answered' : `answered ${replay.status}`;
    return `sent once more as request ${replay.id} with token ${replay.fingerprint}, and ${answer}`;
  }
  if (notReplayed) return `not sent again: ${notReplayed}`;
  if (id !== undefined && headerFrom !== 'everbearer')
    return 'not sent again by everbearer, which did not set the header';
  return undefined;
}
