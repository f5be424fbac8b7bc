import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';
import { mergedChunks } from '../../tsup.merged-chunks.ts';

export default defineConfig({
  ...base,
  // The listener and what stands for it in browsers are chosen by `imports` in package.json, so each is a file of its own.
  entry: ['src/*.ts', 'src/sign-in/{no-,}loopback-listener.ts'],
  esbuildPlugins: [mergedChunks],
  external: [...base.external, '#loopback-listener'],
  dts: { entry: ['src/azure.ts', 'src/import.ts', 'src/microsoft.ts', 'src/oauth2.ts', 'src/sign-in.ts'] },
});
