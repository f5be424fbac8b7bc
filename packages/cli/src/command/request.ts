import { ConfigurationError, createAuthFetch } from '@everbearer/core';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { readInput } from '../world/world.ts';

/** One call with the guaranteed header. What the API answers is printed as it is; a status of 400 or more ends with 1. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const [method = '', url = ''] = input.args;
  const headers = headersOf(options['header']);
  return withAccounts(input, async ({ setup, account }) => {
    const origins = needOrigins(setup.origins);
    const body =
      options['data'] === '-' ? await readInput(world.input) : (options['data'] as string | undefined);
    const send = createAuthFetch(account, { origins });
    const init = {
      method: method.toUpperCase(),
      headers,
      signal: world.signal,
      ...(body !== undefined && { body }),
    };
    const response = await send(addressOf(url), init);
    await print(response, input);
    return response.status >= 400 ? EXIT.warning : EXIT.good;
  });
}

async function print(response: Response, { options, world }: CommandInput): Promise<void> {
  const { status, statusText, headers, body } = response;
  if (options.json) {
    const text = await response.text();
    printJson(world.output, { status, headers: Object.fromEntries(headers), body: jsonOr(text) });
    return;
  }
  if (options['include']) {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\n`).join('');
    world.output.write(`HTTP ${status} ${statusText}\n${lines}\n`);
  } else if (status >= 400) world.notes.write(`everbearer: the API answered ${status} ${statusText}\n`);
  for await (const part of body ?? []) world.output.write(part as Uint8Array);
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const line of (given ?? []) as readonly string[]) {
    const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === '') throw wrongHeader("is 'Name: value'.");
    if (name.toLowerCase() === 'authorization')
      throw wrongHeader('does not set Authorization: that is what this command is for.');
    headers.append(name, value);
  }
  return headers;
}

function wrongHeader(words: string): ConfigurationError {
  return new ConfigurationError({ option: '--header', message: `--header ${words}` });
}

function needOrigins(origins: readonly string[]): readonly string[] {
  if (origins.length > 0) return origins;
  const message =
    'Say where the token may go: --origin https://HOST, EVERBEARER_ORIGINS, or `origins` in the configuration.';
  throw new ConfigurationError({ option: 'origins', message });
}

function addressOf(url: string): URL {
  const address = URL.parse(url);
  if (address) return address;
  throw new ConfigurationError({ option: 'url', message: 'The address must be whole: https://HOST/PATH.' });
}
