/** A person's browser: it keeps the cookies of the application and follows redirects from one server to the other. */
export function createBrowser(appUrl: string) {
  let cookies = new Map<string, string>();
  const cookie = () => [...cookies].map((pair) => pair.join('=')).join('; ');

  /** One request; what it answers, and where it sends to. */
  async function ask(url: URL, method: string): Promise<{ response: Response; next: URL | undefined }> {
    const isOurs = url.origin === new URL(appUrl).origin;
    // The name of the application may stand for another address first.
    const reached = new URL(url);
    if (isOurs) reached.hostname = '127.0.0.1';
    const headers = isOurs && cookies.size > 0 ? { cookie: cookie() } : {};
    const response = await fetch(reached, { method, headers, redirect: 'manual' });
    for (const set of isOurs ? response.headers.getSetCookie() : []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return { response, next: location === null ? undefined : new URL(location, url) };
  }

  async function visit(
    address: string,
    init: RequestInit = {},
  ): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(address, appUrl);
    let method = init.method ?? 'GET';
    for (let steps = 0; steps < 10; steps++) {
      const { response, next } = await ask(url, method);
      if (!next) return { url, status: response.status, text: await response.text() };
      await response.body?.cancel();
      url = next;
      method = 'GET';
    }
    throw new Error('It is sent from one page to the next without an end.');
  }

  return {
    visit,
    /** Where the application sends a tab, which stops there. */
    async leave(address: string): Promise<string> {
      const { next } = await ask(new URL(address, appUrl), 'GET');
      return next?.href ?? '';
    },
    /** The cookies as they are now. */
    cookie,
    /** What another browser would send, for which this one's cookie was stolen or lost. */
    useCookie(value: string) {
      cookies = new Map(value.split('; ').map((pair) => pair.split('=') as [string, string]));
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;
