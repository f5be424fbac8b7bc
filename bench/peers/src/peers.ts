import type { Peer } from './peer.ts';
import { axiosAuthRefresh } from './peers/axios-auth-refresh.ts';
import { badgateway } from './peers/badgateway.ts';
import { everbearerAzure, everbearerFetch, everbearerKy } from './peers/everbearer.ts';
import { everbearerNodeHttp } from './peers/everbearer-node-http.ts';
import { google } from './peers/google.ts';
import { kyHook } from './peers/ky-hook.ts';
import { msalAzure } from './peers/msal-azure.ts';
import { openidClient } from './peers/openid-client.ts';

/** In the order of the page. */
export const PEERS: readonly Peer[] = [
  everbearerFetch,
  everbearerKy,
  everbearerAzure,
  everbearerNodeHttp,
  msalAzure,
  badgateway,
  openidClient,
  google,
  axiosAuthRefresh,
  kyHook,
];

export function peerNamed(name: string): Peer {
  const peer = PEERS.find((each) => each.name === name);
  if (!peer) throw new Error(`There is no peer ${name}.`);
  return peer;
}
