import { isDeepStrictEqual } from 'node:util';
import type { AskedSetup } from './ask-setup.ts';

/** How a configuration file can be written. */
export type ConfigFormat = 'ts' | 'js' | 'json';

/** The text of a configuration file. What is the default is left out. */
export function configText(
  { accounts, ...rest }: AskedSetup,
  format: ConfigFormat,
  isCommonJs: boolean,
): string {
  const config = isDeepStrictEqual(accounts, ['default']) ? rest : { ...rest, accounts };
  if (format === 'json') return `${JSON.stringify(config, null, 2)}\n`;
  const literal = asLiteral(config, '');
  // Types alone are imported: the file then runs also where the package is not installed beside it.
  if (format === 'ts')
    return `import type { EverbearerConfig } from 'everbearer';\n\nexport default ${literal} satisfies EverbearerConfig;\n`;
  const type = "/** @type {import('everbearer').EverbearerConfig} */";
  if (isCommonJs) return `${type}\nmodule.exports = ${literal};\n`;
  return `${type}\nconst config = ${literal};\n\nexport default config;\n`;
}

/** As people write an object: a member a line, lists in one, single quotation marks. */
function asLiteral(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((each) => asLiteral(each, indent)).join(', ')}]`;
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const deeper = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, each]) => `${deeper}${name}: ${asLiteral(each, deeper)},\n`,
  );
  return `{\n${members.join('')}${indent}}`;
}

function quoted(text: string): string {
  const json = JSON.stringify(text);
  return /['\\]/.test(json) ? json : `'${json.slice(1, -1)}'`;
}
