import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import type { ExitStatus } from '../world/exit-status.ts';
import { answerWithToken, tokenRequest } from './token-answer.ts';
import type { TokenPlace } from './token-place.ts';

/** Prints one valid token, renewed where that is due. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const request = tokenRequest(input);
  const { world } = input;
  return withAccounts(input, ({ setup: { origins }, account }) => {
    const place: TokenPlace = {
      origins,
      getToken: (ask = {}) => account.getToken({ ...ask, signal: world.signal }),
      username: async () => (await account.status()).username,
    };
    return answerWithToken(request, place, world);
  });
}
