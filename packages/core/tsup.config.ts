import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';
import { mergedChunks } from '../../tsup.merged-chunks.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/adapter.ts', 'src/contract.ts', 'src/stored.ts'],
  esbuildPlugins: [mergedChunks],
});
