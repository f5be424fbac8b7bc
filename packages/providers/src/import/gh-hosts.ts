import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { countsOf, type Damaged, member, nameIn } from './stored-value.ts';

type Tree = { [name: string]: string | Tree };

/** The hosts in a `hosts.yml` of gh; undefined if the text is something else. */
export function ghHosts(text: string): Tree | undefined {
  const tree = treeOf(text);
  const hosts = Object.values(tree ?? {});
  const isHost = (value: string | Tree) =>
    typeof value === 'object' && ['oauth_token', 'user', 'users'].some((name) => Object.hasOwn(value, name));
  return hosts.length > 0 && hosts.every(isHost) ? tree : undefined;
}

/** Names and values in the little of YAML that gh writes: mappings, and texts in one line. */
function treeOf(text: string): Tree | undefined {
  const root: Tree = Object.create(null) as Tree;
  const open: { indent: number; tree: Tree }[] = [{ indent: -1, tree: root }];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$|---$)/.test(line)) continue;
    const [, spaces, name, value] = /^( *)["']?([^\s"':#-][^"':#]*)["']?:(?: +(.*))?$/.exec(line) ?? [];
    if (spaces === undefined || name === undefined) return undefined;
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop();
    const { tree } = open.at(-1) as { tree: Tree };
    const said = (value ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
    const inside = Object.create(null) as Tree;
    tree[name] = said === '' ? inside : said;
    if (said === '') open.push({ indent: spaces.length, tree: inside });
  }
  return root;
}

/**
 * One entry for each person at each host. What is in the keyring of the system is not in the file.
 * @throws what `damaged` makes, if a token in it cannot be used
 */
export function importGh(hosts: Tree, damaged: Damaged): ImportedTokens[] {
  const people = Object.entries(hosts).flatMap(([server, host], index) => {
    const place = ` of host ${index + 1}`;
    const { users } = host as Tree;
    const named = Object.entries(isJsonObject(users) ? users : {}).map(
      ([user, own]) => [user, isJsonObject(own) ? own : {}] as const,
    );
    const active = nameIn(host as JsonObject, 'user') ?? 'default';
    const all = named.length > 0 ? named : [[active, host as JsonObject] as const];
    return all
      .filter(([, own]) => member(own, 'oauth_token'))
      .map(([user, own]) => ({ server, place, user, own }));
  });
  const counts = countsOf(people, ({ user }) => user);
  return people.map(({ server, place, user, own }) => {
    const account = counts.get(user) === 1 ? user : `${user}@${server}`;
    const object = { access_token: member(own, 'oauth_token') };
    const session = { layout: 'gh' as const, object, place, account, username: user, server, scopes: [] };
    return importSession(session, (what) => damaged(what.replace('`access_token`', '`oauth_token`')));
  });
}
