export { type FileBackend, type FileBackendOptions, fileBackend } from './file/file-backend.ts';
