import { EXIT } from './exit-status.ts';

/**
 * Whoever reads us may stop reading (`everbearer status | head -1`). Output that is lost for another reason, as on a full
 * disk, is a failure, whatever the command itself was.
 */
export function watchOutput(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`everbearer: The output cannot be written (${code}). Check where it goes.\n`);
    process.once('exit', () => {
      process.exitCode = EXIT.cannotTell;
    });
  });
  process.stderr.on('error', () => {});
}
