export { type SecretBackend, type SecretBackendOptions, secretBackend } from './secret/secret-backend.ts';
