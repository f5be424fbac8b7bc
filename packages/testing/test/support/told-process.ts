/* Does what its parent says, and tells how far it has come. */

export type Told = 'count' | 'leave' | 'crash' | 'ignore' | 'say' | 'stop';
export type Tells =
  | { type: 'ready'; word: string | undefined }
  | { type: 'counted'; number: number }
  | { type: 'heard' };

const tell = (message: Tells) => void process.send?.(message);
let number = 0;
let ignoring = false;

process.on('message', (told: Told) => {
  if (told === 'count') {
    for (let i = 0; i < 3; i++) tell({ type: 'counted', number: ++number });
  } else if (told === 'leave') {
    tell({ type: 'heard' });
    process.disconnect();
  } else if (told === 'crash') {
    throw new Error('this is what went wrong');
  } else if (told === 'ignore') {
    ignoring = true;
    tell({ type: 'heard' });
  } else if (told === 'say') {
    process.stderr.write('spoken aloud\n', () => tell({ type: 'heard' }));
  } else if (!ignoring) process.exit(7);
});
process.on('disconnect', () => {
  if (!ignoring) process.exit(0);
});
if (process.env['CRASH_AT_ONCE']) throw new Error('it never began');
tell({ type: 'ready', word: process.env['WORD'] });
setInterval(() => undefined, 60_000);
