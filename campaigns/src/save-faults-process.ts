import { failRenewals } from './renewal-faults.ts';
import { cutAtEveryStep, ERRORS, failAtEveryStep } from './save-faults.ts';

/* Runs behind fault-hooks.ts, and prints the figures as one line of JSON. `SAVE_FAULTS=short`: one error a step. */

const short = process.env['SAVE_FAULTS'] === 'short';
const errorsAt = (step: number) => (short ? [ERRORS[step % ERRORS.length] as string] : ERRORS);
const saves = await failAtEveryStep(errorsAt);
const cuts = await cutAtEveryStep();
const renewals = await failRenewals(short ? 4 : 1, errorsAt);
console.log(JSON.stringify({ saves, cuts, renewals }));
