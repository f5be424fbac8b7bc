/**
 * Takes over tokens that other libraries stored.
 * @packageDocumentation
 */
export { type ImportOptions, importTokens } from './import/import-tokens.ts';
export { type ImportedFacts, ImportedTokens, type TokenLayout } from './import/imported-tokens.ts';
export { rawSeed } from './import/raw-seed.ts';
export { TokenImportError, type TokenImportErrorCode } from './import/token-import-error.ts';
