import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '@everbearer/core';

/** What a configuration file says, unchecked. A `.ts` or `.js` file is run. */
export async function readConfig(path: string): Promise<unknown> {
  return path.endsWith('.json') ? readJson(path) : runModule(path);
}

function readJson(path: string): unknown {
  try {
    // A pipe without a writer would hold up even the signals that are to end it.
    if (statSync(path).isFIFO()) throw Object.assign(new Error(), { code: 'EFTYPE' });
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The message of JSON.parse quotes the text.
    const code = (error as { code?: string }).code;
    const what = code
      ? `cannot be read (${code}).`
      : 'is not JSON. Look for a missing comma or quotation mark.';
    throw new ConfigurationError({ option: 'config', message: `${path} ${what}`, cause: error });
  }
}

async function runModule(path: string): Promise<unknown> {
  const module = await importOf(path);
  if (module.default !== undefined) return module.default;
  const message = `${path} has no default export. Write: export default defineConfig({ … })`;
  throw new ConfigurationError({ option: 'config', message });
}

async function importOf(path: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    if ((error as { name?: unknown } | undefined)?.name === 'ConfigurationError') throw error;
    const code = (error as { code?: string } | undefined)?.code;
    throw new ConfigurationError({ option: 'config', message: `${path} ${faultOf(code)}`, cause: error });
  }
}

/** Not the message of the error, which may quote what the file reads: a variable, a secret. */
function faultOf(code: string | undefined): string {
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return 'imports a package or file that is not installed there. Install it beside the file (npm install everbearer), or write everbearer.config.json.';
  }
  return `failed when it was run${code ? ` (${code})` : ''}. Run it by itself to see why: node FILE`;
}
