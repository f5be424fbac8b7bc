/** What a person asked for cannot be done, in words that say what to do instead. */
export class Refusal extends Error {}
