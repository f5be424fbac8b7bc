import { startFarEnd } from '@everbearer/far-end';
import { oauth2 } from '@everbearer/providers/oauth2';
import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { openDatabase } from './database.ts';

const { ISSUER, API_URL, CLIENT_ID, CLIENT_SECRET, PORT = '3000', DATABASE = ':memory:' } = process.env;
const given = { issuer: ISSUER ?? '', apiUrl: API_URL ?? '', clientId: CLIENT_ID ?? '' };
const { issuer, apiUrl, clientId } = ISSUER ? given : await startFarEnd();
const clientAuthentication = CLIENT_SECRET
  ? ({ method: 'client_secret_basic', clientSecret: CLIENT_SECRET } as const)
  : 'none';
const scopes = ['openid', 'profile', 'offline_access', 'Mail.Read'];
const provider = oauth2({ issuer, clientId, clientAuthentication, scopes });
const appUrl = `http://localhost:${PORT}`;
const { fetch } = createApp(provider, openDatabase(DATABASE), appUrl, apiUrl);
serve({ fetch, port: Number(PORT), hostname: '127.0.0.1' }, () => console.log(`Open ${appUrl}`));
