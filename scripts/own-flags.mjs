// Our own flags, however they were given: as arguments, to npm itself, or in the environment. Plain JavaScript without
// dependencies, because the setup reads them on any Node from 18 on.

const FAST = '--fast';
const WITHOUT = '--without-system-packages';

/** A flag that is not ours, and that may have been meant to keep something from being installed. */
const MEANT_TO_KEEP_OFF = /^--(without|no-system|skip-system)/;

/**
 * What was asked for, and the arguments that are not ours.
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @throws {Error} at a flag or a value of ours that does not exist: nothing may be installed by mistake
 */
export function ownFlags(args, environment) {
  const given = [...args, ...flagsGivenToNpm(environment)];
  const unknown = given.find((flag) => MEANT_TO_KEEP_OFF.test(flag) && flag !== WITHOUT);
  if (unknown !== undefined)
    throw new Error(`There is no flag ${unknown}. Did you mean ${WITHOUT}? Nothing was installed.`);
  return {
    fast: given.includes(FAST),
    without: given.includes(WITHOUT) || forbidsSystemPackages(environment),
    rest: args.filter((argument) => argument !== FAST && argument !== WITHOUT),
  };
}

/** `npm test --some-flag`, without `--` before it: npm keeps the flag, and sets npm_config_some_flag. */
function flagsGivenToNpm(environment) {
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith('npm_config_') && value !== '' && value !== 'false')
    .map(([name]) => `--${name.slice('npm_config_'.length).replaceAll('_', '-')}`);
}

function forbidsSystemPackages({ EVERBEARER_SYSTEM_PACKAGES: value = '' }) {
  if (['', 'yes', 'no'].includes(value)) return value === 'no';
  throw new Error('EVERBEARER_SYSTEM_PACKAGES is neither yes nor no. Nothing was installed.');
}
