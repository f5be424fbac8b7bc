import type {
  BackendDescription,
  EverbearerConfig,
  ProviderDescription,
} from '../config/everbearer-config.ts';
import { homeFault, namesFault, variableFault, wordsOf } from './answer-faults.ts';
import { askProvider } from './ask-provider.ts';
import type { Asker } from './asker.ts';
import type { InitFlags } from './init-flags.ts';

/** A description that can be written down, made of flags and answers. */
export interface AskedSetup extends EverbearerConfig {
  provider: ProviderDescription;
  backend: BackendDescription;
  accounts: readonly string[];
}

/** Asks for what the flags leave open. */
export async function askSetup(told: InitFlags, ask: Asker): Promise<AskedSetup> {
  const provider = await askProvider(told, ask);
  const backend = await askBackend(told, ask, provider);
  const names = told.accounts ?? (told.account === undefined ? undefined : [told.account]);
  const accounts = await ask.text({
    flag: '--accounts',
    message: 'Names of the accounts, in your words',
    told: names?.join(' '),
    initial: 'default',
    fault: namesFault,
  });
  const { origin } = told;
  return { provider, backend, accounts: wordsOf(accounts), ...(origin && { origins: origin }) };
}

async function askBackend(
  told: InitFlags,
  ask: Asker,
  { grant }: ProviderDescription,
): Promise<BackendDescription> {
  const { directory, redisEnv, redisDurable } = told;
  const isRedis = redisEnv !== undefined || redisDurable;
  const memory = { value: 'memory', label: 'In memory, until it ends' } as const;
  const kind = await ask.choose<'file' | 'redis' | 'memory'>({
    flag: '--backend',
    message: 'Where are tokens kept?',
    told: told.backend ?? (isRedis ? 'redis' : directory === undefined ? undefined : 'file'),
    initial: 'file',
    options: [
      { value: 'file', label: 'In a directory of this machine' },
      { value: 'redis', label: 'In Redis, for several machines' },
      ...(grant === 'client_credentials' ? [memory] : []),
    ],
  });
  if (kind === 'memory') return { kind };
  return kind === 'redis' ? askRedis(told, ask) : askDirectory(told, ask);
}

async function askDirectory({ directory: told }: InitFlags, ask: Asker): Promise<BackendDescription> {
  const message = 'Which directory? (empty: the usual)';
  const directory = await ask.text({ flag: '--directory', message, told, initial: '', fault: homeFault });
  return { kind: 'file', ...(directory && { directory }) };
}

async function askRedis({ redisEnv, redisDurable }: InitFlags, ask: Asker): Promise<BackendDescription> {
  const env = await ask.text({
    flag: '--redis-env',
    message: 'Variable that holds its address',
    told: redisEnv,
    initial: 'REDIS_URL',
    fault: variableFault,
  });
  const durable = await ask.choose<'no' | 'yes'>({
    flag: '--redis-durable',
    message: 'Does it keep data over a restart?',
    told: redisDurable ? 'yes' : undefined,
    initial: 'no',
    options: [
      { value: 'no', label: 'No, or not known' },
      { value: 'yes', label: 'Yes (appendonly yes)' },
    ],
  });
  return { kind: 'redis', url: { env }, ...(durable === 'yes' && { durable: true }) };
}
