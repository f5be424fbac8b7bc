import { readFile, writeFile } from 'node:fs/promises';
import { type ICachePlugin, PublicClientApplication } from '@azure/msal-node';
import { told } from './told.ts';

/* A program that finds its token in the cache file of msal-node. Arguments: where to, the file, and whether to write it first. */
const [url = '', file = '', writes] = process.argv.slice(2);
const clientId = '11111111-1111-1111-1111-111111111111';
const tenant = '22222222-2222-2222-2222-222222222222';

if (writes) await writeFile(file, JSON.stringify(cacheOfOne()));
const cachePlugin: ICachePlugin = {
  async beforeCacheAccess({ tokenCache }) {
    tokenCache.deserialize(await readFile(file, 'utf8'));
  },
  async afterCacheAccess() {},
};
const authority = `https://login.microsoftonline.com/${tenant}`;
const app = new PublicClientApplication({ auth: { clientId, authority }, cache: { cachePlugin } });
const [account] = await app.getTokenCache().getAllAccounts();
if (!account) throw new Error('The cache holds no account.');
const { accessToken, fromCache } = await app.acquireTokenSilent({ account, scopes: ['Mail.Read'] });
if (!fromCache) throw new Error('The token did not come from the cache.');
await told(fetch(url, { headers: { authorization: `Bearer ${accessToken}` } }));

/** As msal-node writes it after a sign-in. */
function cacheOfOne(): object {
  const uid = '33333333-3333-3333-3333-333333333333';
  const now = Math.floor(Date.now() / 1_000);
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const owner = { home_account_id: `${uid}.${tenant}`, environment: 'login.windows.net', realm: tenant };
  const name = `${owner.home_account_id}-${owner.environment}`;
  const person = {
    oid: uid,
    tid: tenant,
    preferred_username: 'ann@contoso.example',
    sub: 's',
    aud: clientId,
  };
  const credential = { ...owner, client_id: clientId };
  return {
    Account: {
      [`${name}-${tenant}`]: {
        ...owner,
        local_account_id: uid,
        username: person.preferred_username,
        authority_type: 'MSSTS',
        client_info: text({ uid, utid: tenant }),
      },
    },
    IdToken: {
      [`${name}-idtoken-${clientId}-${tenant}---`]: {
        ...credential,
        credential_type: 'IdToken',
        secret: `${text({})}.${text({ ...person, iss: 'i', iat: now, exp: now + 3_600 })}.x`,
      },
    },
    AccessToken: {
      [`${name}-accesstoken-${clientId}-${tenant}-mail.read--`]: {
        ...credential,
        credential_type: 'AccessToken',
        secret: 'a'.repeat(1_500),
        target: 'Mail.Read openid profile offline_access',
        cached_at: `${now}`,
        expires_on: `${now + 3_600}`,
        token_type: 'Bearer',
      },
    },
    RefreshToken: {},
    AppMetadata: {},
  };
}
