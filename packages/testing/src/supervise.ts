/**
 * Processes that a test starts, talks with, pauses and kills.
 * @packageDocumentation
 */
export type { ProcessEnd } from './supervise/process-end.ts';
export { type ProcessOptions, type SupervisedProcess, startProcess } from './supervise/start-process.ts';
