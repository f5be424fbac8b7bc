import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { CONFIG_NAMES } from '../config/find-config.ts';
import type { ConfigFormat } from './config-text.ts';

/** Which file is to be written. */
export interface ConfigTarget {
  path: string;
  format: ConfigFormat;
  /** It exists. */
  exists: boolean;
  /** Node reads a `.js` at that place as CommonJS. */
  isCommonJs: boolean;
}

/**
 * @param named - path of the file, where one is named
 * @param format - of `--format`
 * @throws {ConfigurationError} for a format that nobody knows, or that would not be read back
 */
export function configTarget(
  directory: string,
  named: string | undefined,
  format: string | undefined,
): ConfigTarget {
  const folder = named === undefined ? directory : dirname(resolve(directory, named));
  if (!existsSync(folder)) throw noFolder(folder);
  const project = projectOf(folder);
  const told = known(format, '--format');
  const there = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
  const own = named === undefined ? there[0] : undefined;
  const chosen =
    named === undefined ? (told ?? formatOf(own) ?? project.format) : known(formatOf(named), '--config');
  const path = named === undefined ? join(folder, `everbearer.config.${chosen}`) : resolve(directory, named);
  if (told !== undefined && told !== chosen) throw otherFormat(told, path);
  const other = there.find((name) => join(folder, name) !== path);
  if (named === undefined && other !== undefined) throw sideBySide(join(folder, other), path);
  if (chosen === 'ts' && project.isCommonJs) throw noTypeScript(folder);
  return { path, format: chosen as ConfigFormat, exists: existsSync(path), isCommonJs: project.isCommonJs };
}

function formatOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : extname(path).slice(1);
}

function known(format: string | undefined, flag: string): ConfigFormat | undefined {
  if (format === undefined || ['ts', 'js', 'json'].includes(format))
    return format as ConfigFormat | undefined;
  const message =
    flag === '--format'
      ? '--format must be ts, js or json.'
      : 'The configuration file must end in .ts, .js or .json. Correct --config (or EVERBEARER_CONFIG).';
  throw new ConfigurationError({ option: flag, message });
}

/** What fits the project around: TypeScript where there is some, JSON where there is no project. */
function projectOf(folder: string): { format: ConfigFormat; isCommonJs: boolean } {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const manifest = manifestOf(join(at, 'package.json'));
    if (manifest) {
      const isCommonJs = manifest.type !== 'module';
      if (isCommonJs) return { format: 'json', isCommonJs };
      return { format: existsSync(join(at, 'tsconfig.json')) ? 'ts' : 'js', isCommonJs };
    }
    if (at === dirname(at)) return { format: 'json', isCommonJs: false };
  }
}

function manifestOf(path: string): { type?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown };
  } catch {
    return undefined;
  }
}

function noFolder(folder: string): ConfigurationError {
  const message = `There is no directory ${folder}. Create it, or correct --config (or EVERBEARER_CONFIG).`;
  return new ConfigurationError({ option: 'config', message });
}

function otherFormat(format: string, path: string): ConfigurationError {
  const message = `--format ${format} does not fit the name of ${path}. Leave one of the two out.`;
  return new ConfigurationError({ option: '--format', message });
}

function sideBySide(other: string, path: string): ConfigurationError {
  const message = `${other} is there already, and only one of it and ${path} may be. Delete it first, or leave --format out to write it anew.`;
  return new ConfigurationError({ option: '--format', message });
}

function noTypeScript(folder: string): ConfigurationError {
  const message = `The package.json for ${folder} does not say "type": "module", so Node reads TypeScript there as CommonJS. Use --format json, or js.`;
  return new ConfigurationError({ option: '--format', message });
}
