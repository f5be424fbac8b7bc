import { defineBackend, type TokenBackend } from '@everbearer/core/contract';
import pg from 'pg';

/** For your migrations. A text column of the table of users does as well: `UPDATE users SET token = …`. */
export const TOKENS_TABLE = 'CREATE TABLE tokens (id text PRIMARY KEY, token text NOT NULL)';

const INSERT = `INSERT INTO tokens (id, token) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET token = excluded.token WHERE tokens.token = ''`;

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

  async function textOf(id: string): Promise<string | undefined> {
    const { rows } = await query<{ token: string }>('SELECT token FROM tokens WHERE id = $1', [id]);
    return rows[0]?.token;
  }

  return defineBackend({
    location: `table tokens in PostgreSQL at ${settings.host ?? 'its default address'}`,
    // What was deleted leaves an empty text: a row that vanishes in the middle of a renewal would be put back.
    load: async (id) => (await textOf(id)) || undefined,
    wasDeleted: async (id) => (await textOf(id)) === '',
    // One statement each: at the default isolation level a second writer waits for the first, and then looks again.
    compareAndSave: (id, token, expected) =>
      expected === undefined
        ? changesOne(INSERT, [id, token])
        : changesOne('UPDATE tokens SET token = $2 WHERE id = $1 AND token = $3', [id, token, expected]),
    compareAndDelete: (id, expected) =>
      changesOne("UPDATE tokens SET token = '' WHERE id = $1 AND token = $2", [id, expected]),
    async list() {
      const { rows } = await query<{ id: string }>("SELECT id FROM tokens WHERE token <> '' ORDER BY id");
      return rows.map(({ id }) => id);
    },
    close() {
      closed ??= pool.end();
      return closed;
    },
  });
}
