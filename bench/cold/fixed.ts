import { told } from './told.ts';

/* A program that has its header in a variable. Argument: where to. */
const [url = ''] = process.argv.slice(2);
const authorization = `Bearer ${'a'.repeat(1_500)}`;
await told(fetch(url, { headers: { authorization } }));
