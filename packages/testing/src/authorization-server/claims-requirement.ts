/** The claims challenge in force: continuous access evaluation (CAE) wants tokens that were issued for it. */
export interface ClaimsRequirement {
  /** Requires these claims (JSON) of one account, or of all. */
  require(claims: string | undefined, accountId: string | undefined): void;
  /** Ends the requirement: tokens without the claims pass again. */
  lift(): void;
  /** What to challenge a token with; undefined if it may pass. */
  missing(met: number | undefined, accountId: string | undefined): string | undefined;
  /** The id of the requirement in force, if a `claims` parameter meets it. */
  metBy(claims: string | undefined): number | undefined;
}

interface Requirement {
  id: number;
  text: string;
  accountId: string | undefined;
}

export function createClaimsRequirement(now: () => number): ClaimsRequirement {
  let required: Requirement | undefined;
  let last = 0;
  return {
    require(claims, accountId) {
      last += 1;
      required = { id: last, text: claims ?? issuedAfter(now()), accountId };
    },
    lift() {
      required = undefined;
    },
    missing(met, accountId) {
      if (!required || met === required.id) return undefined;
      if (required.accountId !== undefined && required.accountId !== accountId) return undefined;
      return required.text;
    },
    metBy(claims) {
      if (!required || claims === undefined) return undefined;
      return contains(parsed(claims), parsed(required.text)) ? required.id : undefined;
    },
  };
}

/** The challenge that Graph sends most often: a token issued at this moment or later. */
function issuedAfter(at: number): string {
  return JSON.stringify({ access_token: { nbf: { essential: true, value: String(Math.floor(at / 1000)) } } });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Clients merge their own capabilities into the challenge, so more than was asked for is accepted. */
function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([name, value]) =>
    contains((whole as Record<string, unknown>)[name], value),
  );
}
