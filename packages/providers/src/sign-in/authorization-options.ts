import { ConfigurationError, type StepUp } from '@everbearer/core';
import { requireObject, requireOneOf, requireScopes, requireText } from '../options/require-option.ts';

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
  stepUp?: StepUp | undefined;
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
 */
function demandOf(stepUp: StepUp): { scopes: readonly string[]; demanded: Record<string, string> } {
  requireObject('stepUp', stepUp, 'the event `step_up_required` as it is');
  const { reason, scopes, acrValues, maxAge } = stepUp;
  requireOneOf('stepUp.reason', reason, REASONS);
  if (acrValues !== undefined) requireText('stepUp.acrValues', acrValues, AS_IT_IS);
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw new ConfigurationError({
      option: 'stepUp.maxAge',
      message: `\`stepUp.maxAge\` must be a whole number of seconds. ${AS_IT_IS}`,
    });
  }
  return {
    scopes: scopes === undefined ? [] : requireScopes(scopes, { mayBeEmpty: true }),
    demanded: {
      ...(acrValues !== undefined && { acr_values: acrValues }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    },
  };
}

const AS_IT_IS = 'Pass the event `step_up_required` as it is.';
