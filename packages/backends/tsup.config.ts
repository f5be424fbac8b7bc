import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/file.ts', 'src/memory.ts', 'src/redis.ts'],
  platform: 'node',
});
