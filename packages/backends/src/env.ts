import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { contentVersion, READ_ONLY, refuseToSave, requireOptions } from './read-only.ts';

/** Where {@link envBackend} looks. */
export interface EnvBackendOptions {
  /** The name of the variable. */
  name: string;
  /**
   * The variables. Default: `process.env`. Give it where a runtime hands them over in another way (the `env` of a
   * Worker).
   */
  env?: Readonly<Record<string, unknown>> | undefined;
}

/** A backend that is only read from. */
export type EnvBackend = TokenBackend & Required<Pick<TokenBackend, 'location' | 'check'>>;

/**
 * A credential in an environment variable: a refresh token, a token response as JSON, or base64 of such JSON. It is
 * read, and never written: `seedFrom(envBackend(…))` is a `seed` in front of a backend that can be, or stands for the
 * `backend` itself where old refresh tokens stay valid. Each look reads it again. A variable that is not set holds
 * nothing, which is not an error.
 * @throws {ConfigurationError} when `name` is no name of a variable
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function envBackend(options: EnvBackendOptions): EnvBackend {
  requireOptions(options, "envBackend({ name: 'REFRESH_TOKEN' })");
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
  const location = `environment variable ${name}`;
  const value = (): string | undefined => {
    const variables =
      env ?? (globalThis as { process?: { env?: Record<string, unknown> } }).process?.env ?? {};
    const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return typeof text === 'string' ? text : undefined;
  };

  return {
    capabilities: READ_ONLY,
    location,
    async load() {
      const data = value();
      return data === undefined ? undefined : { data, version: await contentVersion(data) };
    },
    save: () => refuseToSave(location),
    async check() {
      const name = 'variable';
      if (value()?.trim()) return [{ name, ok: true, detail: `The ${location} holds a text.`, remedy: '' }];
      const detail = `The ${location} is ${value() === undefined ? 'not set' : 'empty'}.`;
      return [{ name, ok: false, detail, remedy: 'Set it to a refresh token before the process starts.' }];
    },
  };
}
