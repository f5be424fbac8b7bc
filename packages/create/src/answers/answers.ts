/** What a person said of the program to be. */
export interface Answers {
  api: Api;
  tokens: Tokens;
  program: Program;
}

export type Api = 'graph' | 'google' | 'github' | 'other';
export type Tokens = 'file' | 'redis' | 'env' | 'memory';
export type Program = 'daemon' | 'web' | 'job' | 'worker';

/**
 * Whether the program asks with its own secret, and nobody signs in: where nothing keeps what a person's sign-in brought, and
 * no person comes by.
 */
export function asksForItself({ tokens, program }: Answers): boolean {
  return tokens === 'memory' && program !== 'web';
}
