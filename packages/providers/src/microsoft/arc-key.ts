import { readFile, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import process from 'node:process';
import { TokenEndpointError } from '@everbearer/core';

const LONGEST_KEY = 4096;

/** Where the agent of Azure Arc writes its keys, which only members of a group of its own can read. */
export function arcKeyFolder(): string {
  return process.platform === 'win32'
    ? `${process.env['ProgramData'] ?? 'C:\\ProgramData'}\\AzureConnectedMachineAgent\\Tokens\\`
    : '/var/opt/azcmagent/tokens/';
}

/**
 * The key in the file that the agent named: whoever can read it may have tokens of this machine. The name comes from a reply,
 * so only a `.key` right in the agent's own folder is read.
 * @throws {TokenEndpointError} `invalid_response` if the agent named no such file, `invalid_client` if it cannot be read
 * @see https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication
 */
export async function arcKey(challenge: string | null, folder: string): Promise<string> {
  const file = /^Basic realm="?([^"]+?)"?$/i.exec(challenge?.trim() ?? '')?.[1];
  const path = process.platform === 'win32' ? win32 : posix;
  const isOurs = file?.endsWith('.key') && file === folder + path.basename(file);
  if (file === undefined || !isOurs) {
    const description = `the agent of Azure Arc named no .key file in ${folder}`;
    throw new TokenEndpointError({ code: 'invalid_response', status: 401, description });
  }
  try {
    const { size } = await stat(file);
    if (size <= LONGEST_KEY) return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const { code = '' } = cause as { code?: string };
    const description = `the key of Azure Arc cannot be read (${code}): add this user to the group himds`;
    throw new TokenEndpointError({ code: 'invalid_client', status: 401, description, cause });
  }
  const description = 'the key of Azure Arc is longer than 4096 bytes';
  throw new TokenEndpointError({ code: 'invalid_response', status: 401, description });
}
