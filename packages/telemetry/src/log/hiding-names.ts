const EMAIL_ADDRESS = /[^\s@"'<>()[\],;:=]+@[^\s@"'<>()[\],;:=]+/g;
const HIDDEN = '…';

/**
 * Takes the name of an account out of texts, and whatever looks like an e-mail address: a server may call the person by another
 * one than the program does.
 * @param name - what stands in its place; undefined: a mark that something was there
 */
export function hidingNames(account: string | undefined, name: string | undefined): (text: string) => string {
  if (!account) return (text) => text.replace(EMAIL_ADDRESS, HIDDEN);
  const literally = account.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  // Whole words alone: an account may be called `a`.
  const words = new RegExp(`(?<![\\p{L}\\p{N}_])${literally}(?![\\p{L}\\p{N}_])`, 'giu');
  return (text) => text.replace(words, () => name ?? HIDDEN).replace(EMAIL_ADDRESS, HIDDEN);
}
