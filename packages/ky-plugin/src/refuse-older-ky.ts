import { ConfigurationError } from '@everbearer/core/adapter';

/**
 * Refuses a call of ky 1, which hands its hooks a request where ky 2 hands them an object with one. npm installs it beside this
 * package without a word, as its peer range does not keep other majors out: see `docs/support.md`.
 * @throws {ConfigurationError} `ky`
 */
export function refuseOlderKy(state: object): void {
  if ('request' in state) return;
  throw new ConfigurationError({
    option: 'ky',
    message: 'ky 1 was found. Install ky 2.0 or later.',
  });
}
