import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import {
  accessTokenIn,
  type Damaged,
  instantIn,
  member,
  nameIn,
  refreshTokenIn,
  scopesIn,
} from './stored-value.ts';

/** An entry of an MSAL cache, as far as it is needed here. Values that cannot be used count as absent. */
export interface CacheEntry {
  /** For messages: its section and its number in it, because its key is content of the file. */
  place: string;
  homeAccountId: string | undefined;
  localAccountId: string | undefined;
  username: string | undefined;
  clientId: string | undefined;
  realm: string | undefined;
  secret: string | undefined;
  tokenType: string | undefined;
  scopes: string[];
  expiresAt: number | undefined;
  /** When it was last written, in milliseconds since the epoch. */
  writtenAt: number | undefined;
}

/** @throws what `damaged` makes, if the section or an entry is not an object */
export function readSection(cache: JsonObject, section: string, damaged: Damaged): CacheEntry[] {
  const entries = member(cache, section) ?? {};
  if (!isJsonObject(entries)) throw damaged(`\`${section}\` is not an object`);
  const values = Object.values(entries);
  const secretIn = section === 'RefreshToken' ? refreshTokenIn : accessTokenIn;
  return values.map((entry, index) => {
    const place = `entry ${index + 1} of ${values.length} in \`${section}\``;
    if (!isJsonObject(entry)) throw damaged(`${place} is not an object`);
    return {
      place,
      homeAccountId: nameIn(entry, 'home_account_id'),
      localAccountId: nameIn(entry, 'local_account_id'),
      username: nameIn(entry, 'username'),
      clientId: nameIn(entry, 'client_id'),
      realm: nameIn(entry, 'realm'),
      secret: secretIn(entry, 'secret') ?? undefined,
      tokenType: nameIn(entry, 'token_type'),
      scopes: scopesIn(entry, 'target'),
      expiresAt: instantIn(entry, 'expires_on'),
      writtenAt: instantIn(entry, 'last_modification_time') ?? instantIn(entry, 'cached_at'),
    };
  });
}
