import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { failed, passed } from '../finding.ts';
import { contentVersion, READ_ONLY, refuseToSave } from '../read-only.ts';

/** Where {@link envBackend} looks. */
export interface EnvBackendOptions {
  /** The name of the variable, not its value: letters, digits and underscores, `.` and `-`. */
  name: string;
  /**
   * The variables. Default: `process.env`. Give it where a runtime hands them over in another way (the `env` of a
   * Worker).
   */
  env?: Readonly<Record<string, unknown>> | undefined;
}

/** A read-only backend. */
export type EnvBackend = TokenBackend & {
  [Name in 'location' | 'check']: NonNullable<TokenBackend[Name]>;
};

/**
 * A credential in an environment variable: a refresh token, a token response as JSON, or base64 of such JSON. It is
 * read, and never written: through `seedFrom` it is a `seed` in front of a backend that can be written, or the `backend`
 * itself where old refresh tokens stay valid. The variable is read again at each look. While it is not set, nothing is
 * stored, which is not an error.
 * @throws {ConfigurationError} when `name` cannot be the name of a variable, or an option is unknown
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function envBackend(options: EnvBackendOptions): EnvBackend {
  const { name, env } = checkEnvOptions(options);
  const location = `environment variable ${name}`;
  const value = () => textOf(name, env ?? processVariables());

  return {
    capabilities: READ_ONLY,
    location,
    async load() {
      const data = value();
      return data === undefined ? undefined : { data, version: await contentVersion(data) };
    },
    save: () => refuseToSave(location),
    async check() {
      const text = value();
      if (text?.trim()) return [passed('variable', `The ${location} holds a text.`)];
      const detail = `The ${location} is ${text === undefined ? 'not set' : 'empty'}.`;
      return [failed('variable', detail, 'Set it to a refresh token before the process starts.')];
    },
  };
}

function checkEnvOptions(options: EnvBackendOptions): EnvBackendOptions {
  checkOptions<EnvBackendOptions>(
    options,
    { name: true, env: true },
    "envBackend({ name: 'REFRESH_TOKEN' })",
  );
  const { name, env } = options;
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/.test(name)) {
    // Not quoted: the usual mistake is to pass the value.
    throw new ConfigurationError({
      option: 'name',
      message:
        '`name` must be the name of an environment variable, not its value: letters, digits and underscores.',
    });
  }
  if (env !== undefined && (typeof env !== 'object' || env === null)) {
    throw new ConfigurationError({
      option: 'env',
      message: '`env` must be an object of variables; leave it out for process.env.',
    });
  }
  return { name, env };
}

/** Empty where the runtime has no `process`. */
function processVariables(): Readonly<Record<string, unknown>> {
  return (globalThis as { process?: { env?: Record<string, unknown> } }).process?.env ?? {};
}

/** Own properties only: `constructor` and the like are not variables. */
function textOf(name: string, variables: Readonly<Record<string, unknown>>): string | undefined {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return typeof text === 'string' ? text : undefined;
}
