import { type AccountReport, LEVELS } from '../status/account-report.ts';
import { type Fact, factsOf } from '../status/describe-account.ts';
import { escaped } from '../timeline/escaped.ts';

/** Said besides the colour. */
const WORDS = { 0: 'Good', 1: 'Warning', 2: 'A person must sign in', 3: 'Cannot tell' } as const;

/** A card for each account: where it stands, as `everbearer status` says it. */
export function accountCards(accounts: readonly AccountReport[], now: number): string {
  if (accounts.length === 0) return '<p class="nothing">No account is described or stored.</p>';
  return `<section class="accounts" aria-label="Accounts">${accounts.map((report) => card(report, now)).join('')}</section>`;
}

function card(report: AccountReport, now: number): string {
  const { account, status, exit, why } = report;
  const state = [status?.state, status?.reason].filter(Boolean).join(': ').replaceAll('_', ' ');
  const words = [WORDS[exit], state].filter(Boolean).join(', ');
  const reasons = why.map((sentence) => `<p class="why">${escaped(sentence)}</p>`).join('');
  return `<article class="account level-${LEVELS[exit]}"><h2>${escaped(account)}</h2><p class="state">${escaped(words)}</p><dl>${factsOf(report, now).map(row).join('')}</dl>${reasons}</article>`;
}

function row({ name, words, share }: Fact): string {
  return `<dt>${escaped(name)}</dt><dd>${escaped(words)}${share === undefined ? '' : meter(share)}</dd>`;
}

function meter(share: number): string {
  const width = Math.round(Math.min(Math.max(share, 0), 1) * 1_000) / 10;
  return `<svg class="meter" aria-hidden="true"><rect class="whole" width="100%" height="6" rx="3"/><rect class="part" width="${width}%" height="6" rx="3"/></svg>`;
}
