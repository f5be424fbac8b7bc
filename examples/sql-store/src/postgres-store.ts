import { defineBackend, type TokenBackend } from '@everbearer/core/contract';
import pg from 'pg';

/** For your migrations. A text column of the table of users does as well: `UPDATE users SET token = …`. */
export const TOKENS_TABLE = 'CREATE TABLE tokens (id text PRIMARY KEY, token text NOT NULL)';

/** @see https://www.postgresql.org/docs/current/transaction-iso.html#XACT-REPEATABLE-READ */
const SERIALIZATION_FAILURE = '40001';

/** Tokens in a table of a PostgreSQL database. All machines that reach its primary share them. */
export function postgresStore(settings: pg.PoolConfig): TokenBackend {
  const pool = new pg.Pool(settings);
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  let closed: Promise<void> | undefined;

  async function query<Row extends pg.QueryResultRow>(statement: string, values: string[] = []) {
    for (;;) {
      try {
        return await pool.query<Row>(statement, values);
      } catch (error) {
        // Where transactions are REPEATABLE READ or stricter, the second writer gets this error. Nothing was written.
        if ((error as { code?: unknown }).code !== SERIALIZATION_FAILURE) throw error;
      }
    }
  }

  async function changesOne(statement: string, values: string[]): Promise<boolean> {
    return (await query(statement, values)).rowCount === 1;
  }

  return defineBackend({
    location: `table tokens in PostgreSQL at ${settings.host ?? 'its default address'}`,
    async load(id) {
      const { rows } = await query<{ token: string }>('SELECT token FROM tokens WHERE id = $1', [id]);
      return rows[0]?.token;
    },
    // One statement each: at the default isolation level a second writer waits for the first, and then looks again.
    compareAndSave: (id, token, expected) =>
      expected === undefined
        ? changesOne('INSERT INTO tokens (id, token) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, token])
        : changesOne('UPDATE tokens SET token = $2 WHERE id = $1 AND token = $3', [id, token, expected]),
    compareAndDelete: (id, expected) =>
      changesOne('DELETE FROM tokens WHERE id = $1 AND token = $2', [id, expected]),
    async list() {
      const { rows } = await query<{ id: string }>('SELECT id FROM tokens ORDER BY id');
      return rows.map(({ id }) => id);
    },
    close() {
      closed ??= pool.end();
      return closed;
    },
  });
}
