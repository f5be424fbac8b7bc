import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { ValueElsewhere } from './everbearer-config.ts';
import type { Environment } from './overrides.ts';

/** Where values are looked for. */
export interface Surroundings {
  env: Environment;
  /** What paths of the description are relative to. */
  directory: string;
}

/** @throws {ConfigurationError} that names the variable or the file, and never what is in it */
export function textElsewhere(
  where: ValueElsewhere,
  option: string,
  { env, directory }: Surroundings,
): string {
  if ('env' in where) {
    const value = env[where.env];
    if (value) return value;
    const message = `\`${option}\` is read from the environment variable ${where.env}, which is not set. Set it.`;
    throw new ConfigurationError({ option, message });
  }
  const path = resolve(directory, where.file);
  const text = textOf(path, option).replace(/\r?\n$/, '');
  if (text !== '') return text;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is to be in ${path}, which is empty. Write it there.`,
  });
}

function textOf(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    const message = `\`${option}\` is read from ${path}, which cannot be read (${code}). Check its path and its mode.`;
    throw new ConfigurationError({ option, message, cause: error });
  }
}
