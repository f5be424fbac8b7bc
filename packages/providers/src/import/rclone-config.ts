import { jsonObjectIn } from '../wire/json-object.ts';
import { endIn, renewedAt } from './flat-token.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { type Damaged, nameIn } from './stored-value.ts';

type Section = Record<string, string>;

const HEADER = /^\[([^\]]+)\]$/;

/** The remotes of an `rclone.conf`, by their names; undefined if the text is something else. */
export function rcloneRemotes(text: string): Map<string, Section> | undefined {
  const remotes = new Map<string, Section>();
  let section: Section | undefined;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === '' || /^[#;]/.test(line)) continue;
    const [, name] = HEADER.exec(line) ?? [];
    const [, key = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      section = Object.create(null) as Section;
      remotes.set(name, section);
    } else if (section && key !== '') section[key] = value;
    else return undefined;
  }
  return [...remotes.values()].some(({ type }) => type !== undefined) ? remotes : undefined;
}

/**
 * One entry for each remote that a person signed in to.
 * @throws what `damaged` makes, if the token of a remote cannot be used
 */
export function importRclone(remotes: ReadonlyMap<string, Section>, damaged: Damaged): ImportedTokens[] {
  return [...remotes].flatMap(([name, section], index) => {
    if (!section['token']) return [];
    const place = ` of remote ${index + 1} of ${remotes.size}`;
    const glued = ['type', 'client_id', 'token_url'].find((key) => /\s/.test(section[key] ?? ''));
    if (glued) throw damaged(`\`${glued}\`${place} is not one word: a line break was lost`);
    const object = jsonObjectIn(section['token']);
    if (!object) throw damaged(`\`token\`${place} is not JSON: it was cut off or changed`);
    const expiresAt = endIn(object);
    const session = {
      layout: 'rclone' as const,
      object,
      place,
      account: nameIn({ name }, 'name'),
      // Without an id, it is the one that rclone itself is registered with.
      clientId: nameIn(section, 'client_id'),
      clientSecret: nameIn(section, 'client_secret'),
      tokenEndpoint: nameIn(section, 'token_url'),
      expiresAt,
      lastRenewedAt: renewedAt(object, expiresAt),
      server: nameIn(section, 'type'),
    };
    return [importSession(session, damaged)];
  });
}
