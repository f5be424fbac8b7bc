/** A person's browser: it keeps the cookies of the application and follows redirects from one server to the other. */
export function createBrowser(appUrl: string) {
  let cookie = '';

  async function visit(
    address: string,
    init: RequestInit = {},
  ): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(address, appUrl);
    let method = init.method ?? 'GET';
    for (let steps = 0; steps < 10; steps++) {
      const isOurs = url.origin === new URL(appUrl).origin;
      const headers = isOurs && cookie ? { cookie } : {};
      // The name of the application may stand for another address first.
      const reached = new URL(url);
      if (isOurs) reached.hostname = '127.0.0.1';
      const response = await fetch(reached, { method, headers, redirect: 'manual' });
      for (const set of isOurs ? response.headers.getSetCookie() : []) cookie = set.split(';')[0] ?? '';
      const location = response.headers.get('location');
      if (location === null) return { url, status: response.status, text: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url);
      method = 'GET';
    }
    throw new Error('It is sent from one page to the next without an end.');
  }

  return {
    visit,
    /** The cookies as they are now. */
    cookie: () => cookie,
    /** What another browser would send, for which this one's cookie was stolen or lost. */
    useCookie(value: string) {
      cookie = value;
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;
