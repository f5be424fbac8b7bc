import { DatabaseSync } from 'node:sqlite';
import { defineBackend, type TokenBackend } from '@everbearer/core/contract';

/** Tokens in one's own table of users: one SELECT, one UPDATE, one INSERT. Any number of processes may share it. */
export function sqlStore(path: string): TokenBackend {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA busy_timeout = 5000');
  database.exec('CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, token TEXT NOT NULL) STRICT');
  const select = database.prepare('SELECT token FROM users WHERE id = ?');
  const update = database.prepare('UPDATE users SET token = ? WHERE id = ? AND token = ?');
  const insert = database.prepare('INSERT INTO users (id, token) VALUES (?, ?) ON CONFLICT DO NOTHING');

  return defineBackend({
    load: (id) => (select.get(id) as { token: string } | undefined)?.token,
    compareAndSave: (id, token, expected) => {
      const done = expected === undefined ? insert.run(id, token) : update.run(token, id, expected);
      return done.changes === 1;
    },
  });
}
