import type { JsonObject } from '../wire/json-object.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { type Damaged, nameIn } from './stored-value.ts';

/** What `mutt_oauth2.py` hands to gpg. */
export function isMuttToken(file: JsonObject): boolean {
  return Object.hasOwn(file, 'access_token_expiration') && Object.hasOwn(file, 'registration');
}

/**
 * When the access token ends stands there in the local time of the machine that wrote it, without a zone: it is not taken
 * over, and an access token alone is used until a server rejects it.
 * @throws what `damaged` makes, if a token in the file cannot be used
 */
export function importMuttToken(file: JsonObject, damaged: Damaged): ImportedTokens {
  return importSession(
    {
      layout: 'mutt-oauth2',
      object: file,
      username: nameIn(file, 'email'),
      clientId: nameIn(file, 'client_id'),
      clientSecret: nameIn(file, 'client_secret'),
      server: nameIn(file, 'registration'),
    },
    damaged,
  );
}
