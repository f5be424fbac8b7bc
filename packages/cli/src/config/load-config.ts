import { refuseUnknownOptions } from '@everbearer/core/contract';
import { describeSetup } from './describe-setup.ts';
import type { LoadConfigOptions, LoadedConfig } from './loaded-config.ts';
import { openSetup } from './open-setup.ts';

/**
 * The set-up that the command line uses, for programs: of `everbearer.config.ts` (or `.js`, `.json`), with `EVERBEARER_*`
 * variables over it. Without a file the variables alone describe it.
 * @throws {ConfigurationError} that names the file, the member and the remedy
 * @throws {TokenBackendError} when Redis does not answer
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  refuseUnknownOptions(options, ['config', 'directory', 'env'], 'loadConfig()');
  return openSetup(await describeSetup(options, {}));
}
