import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

// Nobody imports it, so there are no types.
export default defineConfig({ ...base, platform: 'node', dts: false, entry: { bin: 'src/bin.ts' } });
