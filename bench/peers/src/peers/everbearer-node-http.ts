import { Agent, type IncomingMessage, request } from 'node:http';
import type { Peer } from '../peer.ts';
import { closing, managers, signedIn } from './everbearer.ts';

/** The recipe for node:http in docs/clients.md: fewer comforts than fetch, and less processor time. */
export const everbearerNodeHttp: Peer = {
  name: 'Everbearer, our tokens in `node:http`',
  packages: [],
  maker: (login) => managers(login),
  async open(login) {
    const tokens = await signedIn(login);
    const agent = new Agent({ keepAlive: true });
    const client = {
      async call(path: string) {
        const url = `${login.apiUrl}${path}`;
        const { token } = await tokens.getToken();
        const status = await get(url, token, agent);
        if (status !== 401) return status;
        const renewed = await tokens.getToken({ rejected: token });
        return await get(url, renewed.token, agent);
      },
    };
    const { close, ...rest } = closing(tokens, client);
    return {
      ...rest,
      async close() {
        agent.destroy();
        await close?.();
      },
    };
  },
};

async function get(url: string, token: string, agent: Agent): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${token}` } }, resolve)
      .on('error', reject)
      .end();
  });
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  await new Promise((resolve, reject) => response.on('end', resolve).on('error', reject));
  Buffer.concat(parts);
  return response.statusCode ?? 0;
}
