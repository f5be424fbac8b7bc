/*
 * Loaded ahead of a program, for instance a code block of the documentation: the two hosts of Microsoft are answered on
 * loopback, so that the program runs word for word as it is printed.
 */
const redirected: Readonly<Record<string, string | undefined>> = {
  'https://login.microsoftonline.com': process.env['LOCAL_LOGIN'],
  'https://login.example.com': process.env['LOCAL_LOGIN'],
  'https://graph.microsoft.com': process.env['LOCAL_GRAPH'],
};

const network = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const request = input instanceof Request ? input : undefined;
  const url = new URL(request?.url ?? String(input));
  const local = redirected[url.origin];
  if (!local) return network(input, init);
  const target = new URL(url.pathname + url.search, local);
  return request ? network(new Request(target, request), init) : network(target, init);
};

export {};
