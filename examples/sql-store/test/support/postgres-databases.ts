import pg from 'pg';
import type { PostgresServer } from './postgres-server.ts';

/** Runs one statement in a database of the server. */
export async function onServer(
  { settings }: PostgresServer,
  database: string,
  statement: string,
): Promise<pg.QueryResult> {
  const client = new pg.Client({ ...settings, database });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

let databases = 0;

/** A new database with that table in it. */
export async function newDatabase(
  server: PostgresServer,
  table: string,
  isolation = 'read committed',
): Promise<PostgresServer['settings']> {
  const database = `store_${++databases}`;
  await onServer(server, 'postgres', `CREATE DATABASE ${database}`);
  await onServer(
    server,
    'postgres',
    `ALTER DATABASE ${database} SET default_transaction_isolation = '${isolation}'`,
  );
  await onServer(server, database, table);
  return { ...server.settings, database };
}
