import assert from 'node:assert/strict';
import type { TokenSet } from '@everbearer/core/contract';
import type { RealServer } from '../real-server.ts';
import { type OpenedTokens, openTokens, works } from '../session.ts';
import { type Traits, traitsOf } from '../traits.ts';

/** The row of `profiles` is true of this server: asked refresh by refresh, without anything that is careful. */
export async function doesAsProfileSays(
  server: RealServer,
  profile: Profile = traitsOf(server.name as Parameters<typeof traitsOf>[0]).profile,
): Promise<void> {
  await rotation(server, profile);
  if (profile.rotates !== false) await replay(server, profile);
  if (server.scopes.length > 1) await narrowing(server, profile);
}

type Profile = Traits['profile'];

async function rotation(server: RealServer, { rotates, oldAccessTokenDies }: Profile): Promise<void> {
  const { tokens, refresh } = await openTokens(server);
  const next = await refresh(tokens);
  const isReplaced = next.refreshToken !== undefined && next.refreshToken !== tokens.refreshToken;
  if (rotates !== 'unknown') assert.equal(isReplaced, rotates, 'rotates');
  assert.ok(await works(server, next));
  assert.equal(await works(server, tokens), !oldAccessTokenDies, 'oldAccessTokenDies');
}

async function replay(server: RealServer, { graceUntilUsed = false, replayEnds }: Profile): Promise<void> {
  const one = await openTokens(server);
  const other = await openTokens(server);
  let newest = await one.refresh(one.tokens);
  const again = await succeeds(one, one.tokens);
  assert.equal(again !== undefined, graceUntilUsed, 'graceUntilUsed');
  if (again) {
    assert.ok(await works(server, again));
    newest = await one.refresh(again);
    assert.equal(await succeeds(one, one.tokens), undefined, 'the grace ends when what came is used');
  }
  assert.equal(
    (await succeeds(one, newest)) !== undefined,
    replayEnds === 'nothing',
    'replayEnds its session',
  );
  const isOtherAlive = (await succeeds(other, other.tokens)) !== undefined;
  assert.equal(isOtherAlive, replayEnds !== 'every_session', 'replayEnds other sessions');
}

async function narrowing(server: RealServer, { narrowingLasts = false }: Profile): Promise<void> {
  const { tokens, refresh } = await openTokens(server);
  const extra = server.scopes.includes('email') ? 'email' : 'write';
  const less = await refresh(
    tokens,
    server.scopes.filter((scope) => scope !== extra),
  );
  const { scopes } = await refresh({ ...tokens, ...less });
  if (scopes !== undefined) assert.equal(scopes.includes(extra), !narrowingLasts, 'narrowingLasts');
}

const succeeds = ({ refresh }: OpenedTokens, tokens: TokenSet): Promise<TokenSet | undefined> =>
  refresh(tokens).catch(() => undefined);
