import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * `NODE_OPTIONS` that load the preload before anything else. `--require`, since `--import` would change how Node loads a
 * program: one without an extension would no longer start.
 */
export function withPreload(options: string | undefined): string {
  return [`--require="${preloadPath().replace(/[\\"]/g, '\\$&')}"`, options].filter(Boolean).join(' ');
}

function preloadPath(): string {
  const folder = dirname(findPackageJSON(import.meta.url) as string);
  const isSource = import.meta.url.endsWith('.ts');
  return isSource ? join(folder, 'src', 'traced', 'preload.ts') : join(folder, 'dist', 'preload.cjs');
}
