import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({ ...base, entry: ['src/fingerprint.ts', 'src/log.ts', 'src/opentelemetry.ts'] });
