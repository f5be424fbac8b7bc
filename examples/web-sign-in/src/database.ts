import { DatabaseSync } from 'node:sqlite';
import { defineBackend } from '@everbearer/core/contract';
import type { PendingSignIn } from '@everbearer/providers/sign-in';

/** What is known of a browser: who is signed in, or the sign-in that is under way. */
export type Session = { user?: string; pending?: PendingSignIn };
export type Database = ReturnType<typeof openDatabase>;

/** One table for the sessions of all browsers and the tokens of all users. */
export function openDatabase(path: string) {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS entries (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  const select = database.prepare('SELECT value FROM entries WHERE id = ?');
  const insert = database.prepare('INSERT INTO entries VALUES (?, ?) ON CONFLICT DO NOTHING');
  const update = database.prepare('UPDATE entries SET value = ? WHERE id = ? AND value = ?');
  const take = database.prepare('DELETE FROM entries WHERE id = ? RETURNING value');
  const textOf = (row: unknown) => (row as { value: string } | undefined)?.value;
  const sessionOf = (row: unknown) => JSON.parse(textOf(row) ?? '{}') as Session;
  return {
    tokens: defineBackend({
      location: `table entries in ${path}`,
      load: (id) => textOf(select.get(id)),
      compareAndSave: (id, token, expected) =>
        (expected === undefined ? insert.run(id, token) : update.run(token, id, expected)).changes === 1,
    }),
    read: (id = '') => sessionOf(select.get(`session ${id}`)),
    /** Reads and deletes in one step: of two requests that take one session, one gets what is in it. */
    take: (id = '') => sessionOf(take.get(`session ${id}`)),
    start: (id: string, session: Session) => void insert.run(`session ${id}`, JSON.stringify(session)),
  };
}
