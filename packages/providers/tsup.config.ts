import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({ ...base, entry: ['src/import.ts', 'src/microsoft.ts', 'src/oauth2.ts'] });
