import pg from 'pg';
import type { PostgresServer } from './postgres-server.ts';

type Settings = PostgresServer['settings'] & { options?: string };

/** Runs one statement in a database of the server. */
export async function onServer(
  { settings }: PostgresServer,
  more: { database: string; options?: string },
  statement: string,
): Promise<pg.QueryResult> {
  const client = new pg.Client({ ...settings, ...more });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

let made = 0;

/** A new database with that table in it. */
export async function newDatabase(server: PostgresServer, table: string): Promise<Settings> {
  const database = `store_${++made}`;
  await onServer(server, { database: 'postgres' }, `CREATE DATABASE ${database}`);
  await onServer(server, { database }, table);
  return { ...server.settings, database };
}

/** The same in a schema of its own, which is made in a moment; with the isolation level of all its transactions. */
export async function newSchema(server: PostgresServer, table: string, isolation: string): Promise<Settings> {
  const { database } = server.settings;
  const schema = `store_${++made}`;
  const level = isolation.replaceAll(' ', '\\ ');
  const options = `-c search_path=${schema} -c default_transaction_isolation=${level}`;
  await onServer(server, { database }, `CREATE SCHEMA ${schema}`);
  await onServer(server, { database, options }, table);
  return { ...server.settings, options };
}
