/** Of npm. */
const LONGEST = 214;
const RESERVED = ['node_modules', 'favicon.ico'];

/**
 * Why a package cannot have this name, and which it could have; undefined where it can.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#name
 */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  const said = JSON.stringify(name);
  if (name.length > LONGEST)
    return `The name of the folder is over ${LONGEST} characters long. Give it a shorter one.`;
  if (taken.includes(name) || RESERVED.includes(name))
    return `A package called ${said} is used by the project itself. Give the folder another name: my-${name.replace(/\W+/g, '-')}`;
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) return undefined;
  const near = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '');
  return `A package cannot be called ${said}: small letters, digits, hyphens, dots and underscores, beginning with a letter or a digit. Give the folder such a name: ${near || 'my-app'}`;
}
