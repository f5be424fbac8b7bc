import type { AfterResponseHook } from 'ky';
import { HeaderNotInjectedError } from './header-not-injected-error.ts';
import type { KyCalls } from './ky-call.ts';

/** Finds calls that went past the guard. A response without a URL was made by a hook, and is not judged. */
export function createAudit(calls: KyCalls): AfterResponseHook {
  return ({ request, response, options }) => {
    const call = calls.read(options);
    if (call && response.url !== '' && !call.guarded && call.auth !== false)
      throw new HeaderNotInjectedError({ origin: new URL(request.url).origin });
  };
}
