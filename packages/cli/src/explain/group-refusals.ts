import { explainRefusal } from './explain-refusal.ts';
import type { Explained } from './explanation-text.ts';
import type { Refusal } from './refusal.ts';

/** Explains each kind of refusal once, by its last one: a loop makes thousands of the same kind. */
export function groupRefusals(refusals: readonly Refusal[]): Explained[] {
  const groups = new Map<string, Explained>();
  for (const refusal of refusals) {
    const explanation = explainRefusal(refusal);
    if (!explanation) continue;
    const { method, url, headerFrom, account, notReplayed, replay, pid } = refusal;
    const kind = JSON.stringify([
      explanation.reason,
      pid,
      method,
      url,
      headerFrom,
      account,
      notReplayed,
      replay?.status,
    ]);
    groups.set(kind, { refusal, explanation, count: (groups.get(kind)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}
