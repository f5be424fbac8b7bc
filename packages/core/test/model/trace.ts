import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { initialState } from './initial-state.ts';
import { placeOf } from './model-server.ts';
import type { ModelState, Process, Stored, World } from './model-state.ts';
import type { Rules } from './rules.ts';
import { type Step, stepsFrom } from './steps-from.ts';

/**
 * Walks a way again, and says in words what happened, what is stored after it, and what each process knows.
 * Refresh tokens are named by session and number: A0 is the first of session A, A2 the second that A issued since.
 */
export function describeTrace(world: World, rules: Rules, way: readonly number[]): string[] {
  let state = initialState(world, rules);
  const lines = [`at first | ${describe(state)}`];
  for (const nth of way) {
    const steps: Step[] = [];
    stepsFrom(world, rules, state, (each) => steps.push(each));
    const step = steps[nth];
    if (!step) throw new Error('the way does not exist');
    state = step.next;
    lines.push(`${step.by < 0 ? '' : `process ${step.by} `}${step.words} | ${describe(state)}`);
  }
  return lines;
}

function describe({ store, processes }: ModelState): string {
  return [storedWords(store), ...processes.map(processWords)].join(' | ');
}

function storedWords({ record, lease, recovered }: Stored): string {
  const parts = [recordWords(record)];
  if (record) parts.push(`seq ${record.seq}`);
  if (lease !== undefined) parts.push(`lease ${lease}`);
  if (recovered) parts.push('recovered');
  return `store: ${parts.join(', ')}`;
}

function processWords({ known, main, person, late }: Process, p: number): string {
  const threads = [main, person, late].flatMap((phase) => (phase ? [phase.of?.at ?? phase.at] : []));
  return `${p}: ${recordWords(known)}, ${threads.join(' + ').replaceAll('_', ' ')}`;
}

function recordWords(record: CredentialRecord | undefined): string {
  if (!record) return 'nothing';
  const { family, grant, state } = record;
  const token = grant.refreshToken === undefined ? 'no refresh token' : tokenWords(grant.refreshToken);
  return `${family} ${state === 'active' ? token : `${token} ${state.replaceAll('_', ' ')}`}`;
}

function tokenWords(refreshToken: string): string {
  const { session, n } = placeOf(refreshToken);
  return `${String.fromCharCode(65 + session)}${n}`;
}
