export { type EnvBackend, type EnvBackendOptions, envBackend } from './env/env-backend.ts';
