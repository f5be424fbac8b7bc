/** What is known of a 401 that went to the caller. */
export interface Unreplayed {
  /** It was the answer to a replay. */
  wasReplay: boolean;
  /** What was told of its account since the answer came, in words where there are any. */
  since: readonly { type: string; detail?: string | undefined }[];
}

/** Why no replay followed, in words. */
export function whyNotReplayed({ wasReplay, since }: Unreplayed): string {
  const last = (type: string) => since.findLast((each) => each.type === type);
  const person = last('reauthorization_required');
  const failed = last('renewal_failed');
  const stepUp = last('step_up_required');
  if (stepUp) return `a renewal does not bring what the API asks for: ${stepUp.detail}`;
  if (wasReplay) return 'it was the answer to a replay, and a call is replayed once';
  if (person) return `a person must sign in again: ${person.detail}`;
  if (failed) return `the renewal failed: ${failed.detail}`;
  if (last('renewed') || last('adopted')) return 'the renewal brought no other token';
  return 'its body can be read only once, a redirect came between, or its token had just replaced another rejected one';
}
