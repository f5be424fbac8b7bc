/*
 * Loaded ahead of a program of docs/providers/: any https address is answered in this process, by a server that issues tokens to
 * whoever asks as RFC 6749 and RFC 8628 say, and by an API that takes those tokens alone. What the program prints as `Open URL` is
 * opened, and agreed to.
 */

const network = globalThis.fetch;
let count = 0;

function metadata(issuer: string): object {
  const { origin, host } = new URL(issuer);
  return {
    // Auth0 alone ends in a slash.
    issuer: host.endsWith('.auth0.com') ? `${issuer}/` : issuer,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    device_authorization_endpoint: `${origin}/device`,
  };
}

function tokens(form: URLSearchParams): Response {
  const isWhole = form.has('code') ? form.has('code_verifier') : form.has('device_code');
  if (!isWhole && form.get('grant_type') !== 'refresh_token')
    return Response.json({ error: 'invalid_request' }, { status: 400 });
  count++;
  return Response.json({
    access_token: `at-${count}`,
    refresh_token: `rt-${count}`,
    token_type: 'Bearer',
    expires_in: 3600,
    instance_url: 'https://api.of-this-org.example',
  });
}

const device = {
  device_code: 'dc',
  user_code: 'ABCD',
  verification_uri: 'https://device.example',
  expires_in: 60,
  interval: 1,
};

globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== 'https:') return network(input, init);
  const request = new Request(input, init);
  const issuer = /^(.*)\/\.well-known\/openid-configuration$/.exec(url.href)?.[1];
  if (issuer !== undefined) return Response.json(metadata(issuer));
  if (request.method === 'POST') {
    const form = new URLSearchParams(await request.text());
    if (!form.has('client_id')) return Response.json({ error: 'invalid_client' }, { status: 401 });
    return form.has('grant_type') ? tokens(form) : Response.json(device);
  }
  return new Response(null, {
    status: request.headers.get('authorization') === `Bearer at-${count}` ? 200 : 401,
  });
};

const print = console.log;
console.log = (...said: unknown[]) => {
  print(...said);
  const opened = /^Open (https:\S+)$/.exec(String(said[0]))?.[1];
  if (opened === undefined) return;
  const { searchParams } = new URL(opened);
  const back = new URL(searchParams.get('redirect_uri') ?? '');
  back.searchParams.set('code', 'a-code');
  back.searchParams.set('state', searchParams.get('state') ?? '');
  void network(back);
};

export {};
