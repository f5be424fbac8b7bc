export { type FileBackend, type FileBackendOptions, fileBackend } from './file/file-backend.ts';
export { readFileRecord } from './file/read-file-record.ts';
