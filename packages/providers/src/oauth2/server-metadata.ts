import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { endpointFault } from '../options/endpoint-fault.ts';
import type { JsonObject } from '../wire/json-object.ts';
import type { KnownServer } from '../wire/known-server.ts';
import { type LookedUp, lookUp } from '../wire/look-up.ts';
import { textOf } from '../wire/token-reply.ts';
import { metadataAddresses } from './metadata-addresses.ts';
import { ENDPOINT_OPTIONS, type EndpointName } from './oauth2-options.ts';
import type { OAuth2Settings } from './oauth2-settings.ts';

/** One endpoint of a server, and what else its metadata says that matters there. */
export interface Endpoint {
  url: string;
  /** How the server calls itself; its token endpoint where no issuer is known (RFC 7523 section 3). */
  issuer: string;
  /** It names itself in its answers to a browser (RFC 9207), as far as its metadata was read. */
  namesItself: boolean;
  /** It takes pushed authorization requests alone (RFC 9126), as far as its metadata was read. */
  takesPushedAlone: boolean;
}

/**
 * Finds an endpoint: in the options, or else in the metadata of the issuer, which is looked up when it is first needed, and
 * only as far as something is missing.
 *
 * It throws a ConfigurationError that names the addresses which were tried and what each answered, and a TokenEndpointError
 * with `sent: false` where the same may pass later.
 */
export type ServerMetadata = (endpoint: EndpointName, signal: AbortSignal) => Promise<Endpoint>;

export function serverMetadata(settings: OAuth2Settings, known: KnownServer): ServerMetadata {
  const { issuer, endpoints } = settings;
  const documents = issuer === undefined ? undefined : metadataDocuments(issuer, settings, known);
  return async (name, signal) => {
    const given = endpoints[name];
    const found = given === undefined ? await documents?.endpoint(name, signal) : undefined;
    const url = given ?? found?.url;
    if (url === undefined) throw unknownEndpoint(ENDPOINT_OPTIONS[name], found?.tried);
    const self = issuer ?? endpoints.token_endpoint ?? url;
    const { namesItself = false, takesPushedAlone = false } = documents ?? {};
    return { url, issuer: self, namesItself, takesPushedAlone };
  };
}

interface Documents {
  endpoint(name: EndpointName, signal: AbortSignal): Promise<{ url: string | undefined; tried: string }>;
  readonly namesItself: boolean;
  readonly takesPushedAlone: boolean;
}

/** The documents of an issuer, as far as they were read. What was found is kept; what was not is looked for again. */
function metadataDocuments(
  issuer: string,
  { fetch }: Pick<OAuth2Settings, 'fetch'>,
  known: KnownServer,
): Documents {
  const found = new Map<string, JsonObject>();

  const named = (name: EndpointName): string | undefined => {
    for (const document of found.values()) {
      const url = textOf(document[name]);
      if (url !== undefined && isFit(url, issuer)) return url;
    }
    return undefined;
  };

  async function read(url: string, signal: AbortSignal): Promise<Answer> {
    const asked = { url, hasAnswered: known.hasAnswered, option: 'issuer' };
    const answer = await lookUp(asked, fetch, signal, known);
    const { document } = answer;
    if (!document) return { url, ...answer };
    const self = textOf(document.issuer);
    if (self === issuer) found.set(url, document);
    if (self === undefined) return { url, ...answer, instead: 'a document that names no issuer' };
    return {
      url,
      ...answer,
      ...(self !== issuer && { instead: 'the metadata of another issuer', other: self }),
    };
  }

  const says = (member: string) => [...found.values()].some((each) => each[member] === true);
  return {
    get namesItself() {
      return says('authorization_response_iss_parameter_supported');
    },
    get takesPushedAlone() {
      return says('require_pushed_authorization_requests');
    },
    async endpoint(name, signal) {
      const answers: Answer[] = [];
      for (const url of metadataAddresses(issuer)) {
        if (named(name) !== undefined) break;
        if (!found.has(url)) answers.push(await read(url, signal));
      }
      if (found.size === 0) throw noMetadata(answers);
      return { url: named(name), tried: triedOf(answers, name) };
    },
  };
}

/** What one address answered. */
interface Answer extends LookedUp {
  url: string;
  /** The issuer that the document is of, if it is another one. */
  other?: string | undefined;
}

const triedOf = (answers: readonly Answer[], name?: EndpointName): string =>
  answers.map((answer) => `${answer.url} answered ${answer.instead ?? lacking(answer, name)}`).join('; ');

/** A document that does not name the endpoint, or in such a way that no secret may go there. */
const lacking = ({ document = {} }: Answer, name: EndpointName | undefined): string =>
  name !== undefined && Object.hasOwn(document, name)
    ? `a document whose \`${name}\` is not an absolute https address`
    : 'a document without it';

/** A server that is out of order, or over its limit, may have the document later. Anything else stays as it is. */
function noMetadata(answers: readonly Answer[]): ConfigurationError | TokenEndpointError {
  const passing = answers.find(({ status }) => status === 429 || status >= 500);
  const tried = triedOf(answers);
  if (passing) {
    const { status, retryAfterMs } = passing;
    const description = `the metadata of the issuer could not be read: ${tried}`;
    return new TokenEndpointError({ code: 'server_error', status, sent: false, retryAfterMs, description });
  }
  const other = answers.find((answer) => answer.other !== undefined)?.other;
  const why =
    other === undefined
      ? '`issuer` has no metadata document that can be used'
      : `\`issuer\` differs from the name that the server gives itself, ${JSON.stringify(other.slice(0, 200))}`;
  const remedy = remedyFor(other);
  return new ConfigurationError({ option: 'issuer', message: `${why}: ${tried}. ${remedy}` });
}

function remedyFor(other: string | undefined): string {
  if (other === undefined)
    return 'Write the issuer as the server does, or give the endpoints themselves (`tokenEndpoint` ...).';
  if (!other.includes('{')) return 'Set `issuer` to exactly that, if it is the server that you mean.';
  return 'It is the form for many tenants: write the id of your tenant into `issuer`, at Entra or use microsoft(), or give the endpoints themselves (`tokenEndpoint` ...).';
}

/** Endpoints that may not receive secrets count as none: behind an issuer on https, loopback in the clear is one of them. */
function isFit(url: string, issuer: string): boolean {
  if (endpointFault(url) !== undefined) return false;
  const { protocol } = new URL(issuer);
  return protocol === 'http:' || new URL(url).protocol === protocol;
}

/** An endpoint that neither the options nor the metadata name. */
function unknownEndpoint(option: string, tried: string | undefined): ConfigurationError {
  const told = tried ? ` What was tried: ${tried}.` : '';
  return new ConfigurationError({
    option,
    message: `\`${option}\` is not known: it is not among the options, and no metadata names one that is fit for secrets, on https.${told} Pass it to oauth2().`,
  });
}
