import type { Plugin } from 'vitest/config';

const HERE = "globalThis[Symbol.for('everbearer.canary')]?.";

interface Hook {
  file: string;
  /** A line of it, and what the line becomes. */
  line: string;
  becomes: string;
}

/** Where the library makes what it shows, and where its secrets pass. */
const HOOKS: readonly Hook[] = [
  {
    file: 'core/src/errors/auth-error.ts',
    line: '    this.code = code;\n    Object.defineProperty(this, BRAND',
    becomes: `    this.code = code;\n    ${HERE}shown(this);\n    Object.defineProperty(this, BRAND`,
  },
  {
    file: 'core/src/events.ts',
    line: '  if (!listener) return;\n',
    becomes: `  ${HERE}shown(event);\n  if (!listener) return;\n`,
  },
  {
    file: 'core/src/manager/create-token-manager.ts',
    line: '  return Object.defineProperties(methods, READINGS) as TokenManager;\n',
    becomes: `  ${HERE}shown(methods);\n  return Object.defineProperties(methods, READINGS) as TokenManager;\n`,
  },
  {
    file: 'core/src/token.ts',
    line: '    this.#token = token;\n',
    becomes: `    this.#token = token;\n    ${HERE}secret(token);\n    ${HERE}shown(this);\n`,
  },
  {
    file: 'core/src/record/credential-record.ts',
    line: '  return JSON.stringify(record);\n',
    becomes: `  ${HERE}secret(record.grant?.refreshToken);\n  return JSON.stringify(record);\n`,
  },
];

/**
 * Lets the library tell the watch of the tests what it shows: every error, event, manager and token. The package as built
 * holds none of it; a hook whose place is gone fails the run.
 */
export function reportToWatch(): Plugin {
  return {
    name: 'report-to-watch',
    enforce: 'pre',
    transform(code, id) {
      const hook = HOOKS.find(({ file }) => id.split('?')[0]?.endsWith(`/packages/${file}`));
      if (!hook) return undefined;
      if (!code.includes(hook.line)) throw new Error(`The watch finds its place in ${hook.file} no more.`);
      return { code: code.replace(hook.line, hook.becomes), map: null };
    },
  };
}
