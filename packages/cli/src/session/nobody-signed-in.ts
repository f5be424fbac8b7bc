import { ReauthorizationRequiredError } from '@everbearer/core';
import { quoted } from '../print/status-words.ts';

/** There is nothing yet that a command could work with. It ends as every other that needs a person. */
export class NobodySignedIn extends ReauthorizationRequiredError {
  constructor(account: string, hasSeed: boolean) {
    super({ code: 'no_credential', account });
    const name = quoted(account);
    const seed = hasSeed ? ` Or begin with its seed: everbearer renew --account ${name}` : '';
    this.message = `Nobody is signed in to ${name}. Sign in: everbearer login --account ${name}${seed}`;
  }
}
