export { memoryBackend } from './memory/memory-backend.ts';
