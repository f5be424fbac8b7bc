import { allows } from '../session/allowed-origins.ts';
import { type HelperCall, refuseProof } from './answer-git.ts';

/** What is printed, and whether that is a success for docker. */
export interface DockerAnswer {
  text: string;
  found: boolean;
}

/** The words by which docker knows that there is nothing for this registry, and goes on without. */
const NOT_FOUND = 'credentials not found in native keychain\n';

/**
 * A credential helper of docker: a program `docker-credential-everbearer` that runs
 * `exec everbearer token --output docker "$@"`. It answers for the origins of the set-up alone.
 * @see https://github.com/docker/docker-credential-helpers
 */
export async function answerDocker({
  action,
  text,
  user,
  origins,
  place,
  minLifeMs,
}: HelperCall): Promise<DockerAnswer> {
  if (action === 'list') return { text: '{}\n', found: true };
  // What it is asked to keep or to forget is kept by this library.
  if (action !== 'get') return { text: '', found: true };
  const ServerURL = text.trim();
  const address = /^https?:\/\//.test(ServerURL) ? ServerURL : `https://${ServerURL}`;
  if (!allows(origins, address)) return { text: NOT_FOUND, found: false };
  const { token, dpop } = await place.getToken({ minLifeMs });
  refuseProof(dpop);
  return {
    text: `${JSON.stringify({ ServerURL, Username: user ?? 'oauth2', Secret: token })}\n`,
    found: true,
  };
}
