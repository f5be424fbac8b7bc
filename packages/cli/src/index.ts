export {
  type AccountDescription,
  type BackendDescription,
  defineConfig,
  type EverbearerConfig,
  type FileDescription,
  type MemoryDescription,
  type MicrosoftDescription,
  type OAuth2Description,
  type ProviderDescription,
  type RedisDescription,
  type SeedDescription,
  type ValueElsewhere,
} from './config/everbearer-config.ts';
export { loadConfig } from './config/load-config.ts';
export type { LoadConfigOptions, LoadedConfig } from './config/loaded-config.ts';
