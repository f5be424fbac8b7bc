import {
  type MicrosoftCloudName,
  type MicrosoftOptions,
  microsoft,
  microsoftClouds,
} from '@everbearer/providers/microsoft';
import { authorizationCode } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { context } from '../support/context.ts';

const fine = { tenantId: 'contoso.com', clientId: 'client-1' };
const application = (options: Partial<MicrosoftOptions>) =>
  microsoft({ ...fine, scopes: ['Mail.Read'], ...options, grant: undefined });

test.each(Object.entries(microsoftClouds))(
  '%s by name: sign-in and token requests stay in it',
  async (name, cloud) => {
    const urls: string[] = [];
    const provider = application({
      cloud: name as MicrosoftCloudName,
      scopes: [`${cloud.graph}/Mail.Read`],
      fetch: async (input) => {
        urls.push(String(input));
        return Response.json({
          token_type: 'Bearer',
          access_token: 'at',
          refresh_token: 'rt',
          expires_in: 3600,
        });
      },
    });
    await provider.refresh({ refreshToken: 'rt-1' }, context());
    await authorizationCode(provider, {
      onUrl: async (url) => {
        urls.push(url.href);
        const answer = new URL(url.searchParams.get('redirect_uri') ?? '');
        answer.searchParams.set('code', 'code-1');
        answer.searchParams.set('state', url.searchParams.get('state') ?? '');
        await (await fetch(answer)).text();
      },
    });
    expect(urls).toHaveLength(3);
    for (const url of urls) expect(url.startsWith(`${cloud.authority}/contoso.com/oauth2/v2.0/`)).toBe(true);
  },
);

test('so it is for scopes that are asked for later, and nothing is sent', async () => {
  const provider = application({ cloud: 'china', fetch: () => Promise.reject(new Error('sent')) });
  const scopes = ['https://graph.microsoft.com/Mail.Read'];
  const error = await captured(provider.refresh({ refreshToken: 'rt-1' }, context({ scopes })));
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'scopes' });
});

test("a host of one's own (External ID) is asked and no other", async () => {
  const urls: string[] = [];
  const provider = application({
    authority: 'https://contoso.ciamlogin.com',
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json({ token_type: 'Bearer', access_token: 'at', expires_in: 3600 });
    },
  });
  await provider.refresh({ refreshToken: 'rt-1' }, context());
  expect(urls).toHaveLength(1);
  expect(urls[0]).toMatch(/^https:\/\/contoso\.ciamlogin\.com\/contoso\.com\/oauth2\/v2\.0\/token/);
});

test('a cloud by name and by host has the same records', () => {
  const { authority } = microsoftClouds.china;
  expect(application({ cloud: 'china' }).id).toBe(application({ authority }).id);
  expect(application({ cloud: 'public' }).id).toBe(application({}).id);
  expect(application({ cloud: 'china' }).id).not.toBe(application({}).id);
});

test.each<[string, Partial<MicrosoftOptions>, string, string]>([
  ['public', {}, 'https://graph.microsoft.us/Mail.Read', 'https://graph.microsoft.com'],
  [
    'an old name',
    { authority: 'https://login.windows.net' },
    'https://graph.microsoft.us/Mail.Read',
    'https://graph.microsoft.com',
  ],
  [
    'china',
    { cloud: 'china' },
    'https://graph.microsoft.com/Mail.Read',
    'https://microsoftgraph.chinacloudapi.cn',
  ],
  [
    'GCC High',
    { cloud: 'us-government' },
    'https://dod-graph.microsoft.us/Mail.Read',
    'https://graph.microsoft.us',
  ],
  ['DoD', { cloud: 'us-defense' }, 'https://graph.microsoft.us/Mail.Read', 'https://dod-graph.microsoft.us'],
  [
    'by host',
    { authority: 'https://login.microsoftonline.us' },
    'https://graph.microsoft.com/Mail.Read',
    'https://graph.microsoft.us or https://dod-graph.microsoft.us',
  ],
])('%s: Graph of another cloud is named, with the right one', (_name, options, scope, right) => {
  expect(() => application({ ...options, scopes: ['User.Read', scope] })).toThrow(
    expect.objectContaining({ option: 'scopes', message: expect.stringContaining(`Graph is ${right}.`) }),
  );
});

test.each<[string, Partial<MicrosoftOptions>]>([
  [
    'both of the United States',
    { authority: 'https://login.microsoftonline.us', scopes: ['https://dod-graph.microsoft.us/Mail.Read'] },
  ],
  [
    'an authority that is not known',
    { authority: 'https://login.example.com', scopes: ['https://graph.microsoft.us/Mail.Read'] },
  ],
  ["an API of one's own", { cloud: 'china', scopes: ['api://client-1/read'] }],
])('%s may be asked for', (_name, options) => {
  expect(application(options).scopes).toEqual(options.scopes);
});

test.each<[string, unknown]>([
  ['cloud', { cloud: 'germany' }],
  ['authority', { cloud: 'china', authority: 'https://login.microsoftonline.com' }],
])('names %s', (option, options) => {
  expect(() => application(options as Partial<MicrosoftOptions>)).toThrow(
    expect.objectContaining({ option }),
  );
});
