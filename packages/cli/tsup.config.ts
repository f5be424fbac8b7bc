import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  // A program for a terminal: it runs on Node.
  platform: 'node',
  entry: ['src/bin.ts', 'src/index.ts', 'src/timeline.ts'],
});
