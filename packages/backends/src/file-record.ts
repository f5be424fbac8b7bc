export type { FileBackendOptions } from './file/file-backend.ts';
export { readFileRecord } from './file/read-file-record.ts';
