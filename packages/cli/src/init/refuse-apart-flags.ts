import { apart, toldBy } from '../config/refuse-apart.ts';
import type { InitFlags } from './init-flags.ts';

/** Flags of one answer, and by which kinds `--provider` or `--backend` names it. */
interface Answer {
  flags: readonly (keyof InitFlags)[];
  kinds: readonly string[];
}

interface Group {
  choice?: 'provider' | 'backend';
  why: string;
  answers: readonly Answer[];
}

/** Of each group one answer is written down. */
const GROUPS: readonly Group[] = [
  {
    choice: 'provider',
    why: 'they describe different servers',
    answers: [
      { flags: ['tenant'], kinds: ['microsoft'] },
      { flags: ['issuer'], kinds: ['oauth2'] },
      {
        flags: ['tokenEndpoint', 'deviceEndpoint', 'authorizationEndpoint'],
        kinds: ['oauth2', 'endpoints'],
      },
    ],
  },
  {
    choice: 'backend',
    why: 'tokens are kept in one place',
    answers: [
      { flags: ['directory'], kinds: ['file'] },
      { flags: ['redisEnv', 'redisDurable'], kinds: ['redis'] },
    ],
  },
  {
    why: 'the client secret stands in one place',
    answers: [
      { flags: ['secretEnv'], kinds: [] },
      { flags: ['secretFile'], kinds: [] },
    ],
  },
  {
    why: 'both name accounts',
    answers: [
      { flags: ['account'], kinds: [] },
      { flags: ['accounts'], kinds: [] },
    ],
  },
];

/**
 * Refuses flags of which only one would be written down.
 * @param flags - as they were typed
 * @param told - the same, with what variables say besides
 * @throws {ConfigurationError} naming both
 */
export function refuseApartFlags(flags: InitFlags, told: InitFlags): void {
  for (const { choice, why, answers } of GROUPS) {
    const given = answers.flatMap(({ flags: names, kinds }) => {
      const name = names.find((each) => told[each] !== undefined);
      return name ? [{ word: toldBy(name, flags), kinds }] : [];
    });
    const [first, second] = given;
    if (first && second) throw apart(first.word, second.word, why);
    const kind = choice && told[choice];
    if (first && choice && kind !== undefined && isKind(kind, answers) && !first.kinds.includes(kind))
      throw apart(first.word, `${toldBy(choice, flags)} ${kind}`, why);
  }
}

/** What is no kind at all is refused with the list of those that are. */
function isKind(kind: string, answers: readonly Answer[]): boolean {
  return kind === 'memory' || answers.some(({ kinds }) => kinds.includes(kind));
}
