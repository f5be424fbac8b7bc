import { ConfigurationError } from '@everbearer/core';
import { requireMembers, requireText } from '../options/require-option.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import { requireParameters } from './request-options.ts';

/**
 * A grant that this library does not know. It needs no refresh token: tokens are obtained by it each time. One that comes along
 * is kept in the record and not used.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.5
 */
export interface OwnGrant {
  /** The `grant_type`. */
  type: string;
  /**
   * What goes with it. As an object they are part of the provider's `id`, which events name, so no secret may be among them. As a
   * function they are asked for at each request, and may be secrets: then `subject` is needed.
   */
  parameters?: RequestParameters | (() => RequestParameters | Promise<RequestParameters>) | undefined;
  /** Whose tokens the grant brings, in your words: part of the provider's `id`. Default: what an object of `parameters` says. */
  subject?: string | undefined;
}

/** A grant of one's own after the checks. */
export interface CheckedGrant {
  type: string;
  parameters(): Promise<RequestParameters>;
  /** What of it is part of the `id`. */
  identity: RequestParameters;
}

const KNOWN = /* @__PURE__ */ Object.keys({ type: true, parameters: true, subject: true } satisfies Record<
  keyof OwnGrant,
  true
>);
const EXAMPLE = "{ type: 'account_credentials', parameters: { account_id } }";
/** Secrets by their names in the RFCs. */
const SECRETS = /^(assertion|password|subject_token|actor_token|token)$|secret/;

/** @throws {ConfigurationError} naming the member of `grant` that is missing, unknown or unusable */
export function checkedGrant(given: OwnGrant): CheckedGrant {
  requireMembers('oauth2()', given, KNOWN, EXAMPLE, 'grant');
  const type = requireText('grant.type', given.type, 'It is the `grant_type` that the server knows.');
  const { parameters } = given;
  const subject =
    given.subject === undefined
      ? {}
      : { subject: requireText('grant.subject', given.subject, 'It says whose tokens these are.') };
  if (typeof parameters !== 'function') {
    const fixed = requireParameters('grant.parameters', parameters, { example: EXAMPLE, ofAGrant: true });
    const secret = Object.keys(fixed).find((name) => SECRETS.test(name));
    if (secret !== undefined) throw secretInId(secret);
    return { type, parameters: async () => fixed, identity: { ...fixed, ...subject } };
  }
  if (given.subject === undefined) {
    throw new ConfigurationError({
      option: 'grant.subject',
      message:
        '`grant.subject` is needed with parameters that are a function: it says whose tokens these are. Write for instance the name of the account.',
    });
  }
  const asked = async () =>
    requireParameters('grant.parameters', await parameters(), { example: EXAMPLE, ofAGrant: true });
  return { type, parameters: asked, identity: subject };
}

function secretInId(name: string): ConfigurationError {
  return new ConfigurationError({
    option: `grant.parameters.${name}`,
    message: `\`grant.parameters.${name}\` is a secret, and an object of parameters is part of the provider's \`id\`. Pass a function, and \`subject\`: { type, subject: 'whose', parameters: () => ({ ${name} }) }.`,
  });
}
