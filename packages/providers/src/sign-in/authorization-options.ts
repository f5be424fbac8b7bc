import { ConfigurationError, type StepUp } from '@everbearer/core';
import { requireObject, requireOneOf, requireScopes, requireText } from '../options/require-option.ts';
import { jsonObjectIn } from '../wire/json-object.ts';

/**
 * What an API, or a server that was asked for tokens, wants of the person: the event `step_up_required`, what
 * `bearerChallenge(response)` returns, or a `ClaimsChallengeError` of `/microsoft`. Each can be passed as it is.
 */
export interface SignInDemand {
  /** Why: `insufficient_scope` (RFC 6750) or `insufficient_user_authentication` (RFC 9470). */
  reason?: StepUp['reason'] | undefined;
  /** The same, as `bearerChallenge()` calls it; any other error counts for nothing. */
  error?: string | undefined;
  /** Asked for beside the scopes of the provider. */
  scopes?: readonly string[] | undefined;
  /** Authentication context classes, of which one would do, separated by spaces. */
  acrValues?: string | undefined;
  /** How old the sign-in may be, in seconds. */
  maxAge?: number | undefined;
  /** A claims challenge, as JSON text. */
  claims?: string | undefined;
}

/** What the options say about an authorization request. */
export interface AuthorizationWish {
  /** Asked for beside those of the provider. */
  scopes: readonly string[];
  parameters: Readonly<Record<string, string>>;
}

/**
 * Reads `parameters` and `stepUp`. What `parameters` says counts more.
 * @throws {ConfigurationError} naming the one that cannot be used
 */
export function authorizationWish({
  parameters,
  stepUp,
}: {
  parameters?: Readonly<Record<string, string>> | undefined;
  stepUp?: SignInDemand | undefined;
}): AuthorizationWish {
  const given = parameters === undefined ? {} : checkedParameters(parameters);
  if (stepUp === undefined) return { scopes: [], parameters: given };
  const { scopes, demanded } = demandOf(stepUp);
  return { scopes, parameters: { ...demanded, ...given } };
}

/** @throws {ConfigurationError} unless it is an object that holds strings alone */
export function checkedParameters(parameters: unknown): Readonly<Record<string, string>> {
  requireObject('parameters', parameters, "{ prompt: 'consent' }");
  if (Object.values(parameters as object).every((value) => typeof value === 'string'))
    return { ...(parameters as Record<string, string>) };
  throw new ConfigurationError({
    option: 'parameters',
    message: "`parameters` must hold strings alone. Write for instance { prompt: 'consent' }.",
  });
}

const REASONS = ['insufficient_scope', 'insufficient_user_authentication'] as const;

/**
 * The parameters that answer a challenge.
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-4
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
 */
function demandOf(stepUp: SignInDemand): { scopes: readonly string[]; demanded: Record<string, string> } {
  requireObject('stepUp', stepUp, 'the event `step_up_required` as it is');
  const { error, scopes, acrValues, maxAge, claims } = stepUp;
  const reason = stepUp.reason ?? REASONS.find((each) => each === error);
  const demands = [scopes, acrValues, maxAge, claims];
  if (reason !== undefined || demands.every((each) => each === undefined))
    requireOneOf('stepUp.reason', reason, REASONS);
  if (acrValues !== undefined) requireText('stepUp.acrValues', acrValues, AS_IT_IS);
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0))
    throw refused('stepUp.maxAge', 'must be a whole number of seconds');
  if (claims !== undefined && !(typeof claims === 'string' && jsonObjectIn(claims)))
    throw refused('stepUp.claims', 'must be a JSON object as text');
  return {
    scopes: scopes === undefined ? [] : requireScopes(scopes, { mayBeEmpty: true }),
    demanded: {
      ...(acrValues !== undefined && { acr_values: acrValues }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...(claims !== undefined && { claims }),
    },
  };
}

const AS_IT_IS = 'Pass the event `step_up_required`, or what bearerChallenge() returned, as it is.';

function refused(option: string, fault: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${fault}. ${AS_IT_IS}` });
}
