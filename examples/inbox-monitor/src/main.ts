import { parseArgs } from 'node:util';
import { tableOf } from './figures.ts';
import { monitorRealInbox } from './real-inbox.ts';
import { simulate } from './simulation.ts';
import { createStory } from './story.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, once: { type: 'boolean' } } });
const print = (line: string) => console.log(line);
const { TENANT_ID: tenantId, CLIENT_ID: clientId } = process.env;

if (tenantId && clientId) {
  await monitorRealInbox({ tenantId, clientId, once: values.once ?? false }, print);
} else if (tenantId || clientId) {
  console.error(
    `Set both TENANT_ID and CLIENT_ID for the real inbox; ${tenantId ? 'CLIENT_ID' : 'TENANT_ID'} is missing.`,
  );
  process.exitCode = 2;
} else {
  const figures = await simulate(createStory(print, process.stdout.isTTY));
  for (const line of tableOf(figures)) print(line);
  if (values.json) print(JSON.stringify(figures));
  process.exitCode = figures.ok ? 0 : 1;
}
