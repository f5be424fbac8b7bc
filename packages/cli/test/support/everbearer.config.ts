import { defineConfig } from 'everbearer';

export default defineConfig({
  provider: { kind: 'oauth2', issuer: 'https://login.example.com', clientId: 'client-ts', scopes: ['mail'] },
  backend: { kind: 'memory' },
  accounts: ['ada', 'ben'],
});
