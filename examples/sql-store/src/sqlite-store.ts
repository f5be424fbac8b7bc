import { DatabaseSync } from 'node:sqlite';
import { defineBackend, type TokenBackend } from '@everbearer/core/contract';

/** Tokens in a table of an SQLite database. All processes on the machine that open the file share them. */
export function sqliteStore({ path }: { path: string }): TokenBackend {
  const database = new DatabaseSync(path);
  // Readers and the one writer do not block each other; a writer waits its turn; a commit is on disk.
  database.exec('PRAGMA busy_timeout = 10000');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS tokens (id TEXT PRIMARY KEY, token TEXT NOT NULL) STRICT');
  // What was deleted leaves an empty text: a row that vanishes in the middle of a renewal would be put back.
  const select = database.prepare('SELECT token FROM tokens WHERE id = ?');
  const insert = database.prepare(
    "INSERT INTO tokens (id, token) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET token = excluded.token WHERE token = ''",
  );
  const update = database.prepare('UPDATE tokens SET token = ? WHERE id = ? AND token = ?');
  const remove = database.prepare("UPDATE tokens SET token = '' WHERE id = ? AND token = ?");
  const all = database.prepare("SELECT id FROM tokens WHERE token <> '' ORDER BY id");
  const textOf = (id: string) => (select.get(id) as { token: string } | undefined)?.token;

  return defineBackend({
    location: `table tokens in ${path}`,
    load: (id) => textOf(id) || undefined,
    compareAndSave(id, token, expected) {
      const done = expected === undefined ? insert.run(id, token) : update.run(token, id, expected);
      return done.changes === 1;
    },
    compareAndDelete: (id, expected) => remove.run(id, expected).changes === 1,
    wasDeleted: (id) => textOf(id) === '',
    list: () => (all.all() as { id: string }[]).map(({ id }) => id),
    async close() {
      if (database.isOpen) database.close();
    },
  });
}
