import { ConfigurationError } from '@everbearer/core';
import type { CommandOptions } from '../session/command-input.ts';

/** In which form a status is told. */
export type StatusForm = 'text' | 'json' | 'nagios' | 'prometheus';

/** What `status` was told, checked. */
export interface StatusOptions {
  form: StatusForm;
  warnDays: number;
  /** Where a call is to prove the token. */
  live: string | undefined;
  /** The file that gets the text, in place of standard output. */
  file: string | undefined;
  watch: boolean;
  /** As a page in place of the terminal. */
  web: boolean;
}

/** @throws {ConfigurationError} that names a flag that is wrong, or two that do not go together */
export function statusOptions(options: CommandOptions): StatusOptions {
  const { json, live, file, watch, web, output, warnDays } = options;
  const form = formOf(output, json);
  if (watch && live !== undefined) throw apart('--watch', '--live', 'it would call the API all the time');
  if (watch && output !== undefined) throw apart('--watch', '--output', 'it has a form of its own');
  if (web && !watch) throw fault('--web', '--web goes with --watch: everbearer status --watch --web');
  if (web && json) throw apart('--web', '--json', 'a page is for people');
  if (file !== undefined && form !== 'prometheus')
    throw fault('--file', '--file is for --output prometheus: the file that node_exporter reads.');
  return {
    form,
    warnDays: daysOf(warnDays),
    live: live as string | undefined,
    file: file as string | undefined,
    watch: watch === true,
    web: web === true,
  };
}

function formOf(output: unknown, json: boolean | undefined): StatusForm {
  if (output === undefined) return json ? 'json' : 'text';
  if (json) throw apart('--json', '--output', 'both name a form');
  if (output === 'nagios' || output === 'prometheus') return output;
  throw fault('--output', '--output is nagios or prometheus; JSON is --json.');
}

function daysOf(text: unknown): number {
  if (text === undefined) return 14;
  if (/^\d{1,5}$/.test(String(text))) return Number(text);
  throw fault('--warn-days', '--warn-days takes a number of days, 0 or more.');
}

function apart(one: string, other: string, why: string): ConfigurationError {
  return fault(one, `${one} does not go with ${other}: ${why}. Leave one out.`);
}

function fault(option: string, message: string): ConfigurationError {
  return new ConfigurationError({ option, message });
}
