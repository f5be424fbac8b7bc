import type { Answers } from '../answers/answers.ts';
import { apart } from '../answers/apart.ts';
import { QUESTIONS, type Question } from '../answers/questions.ts';
import { Refusal } from '../answers/refusal.ts';

/** Puts a question to a person. */
export type Ask = (question: Question) => Promise<Answers[keyof Answers]>;

/** Thrown where a person ends the questions. */
export class Cancelled extends Error {}

/**
 * What flags say, and for the rest what a person says.
 * @param ask - undefined where nobody can be asked: the defaults are taken then
 * @throws {Refusal} for answers that do not go together
 */
export async function answersFrom(told: Partial<Answers>, ask: Ask | undefined): Promise<Answers> {
  let answers: Partial<Answers> = { ...told };
  for (const question of QUESTIONS) {
    const { name, initial } = question;
    if (answers[name] !== undefined) continue;
    const options = question.options.filter(({ value }) => canGo({ ...answers, [name]: value }));
    // Where nothing goes together, the reason is told below.
    const asked = options.length > 0 ? { ...question, options } : question;
    const first = asked.options.some(({ value }) => value === initial) ? initial : asked.options[0]?.value;
    const put = { ...asked, initial: first ?? initial };
    answers = { ...answers, [name]: ask ? await ask(put) : put.initial };
  }
  const why = apart(answers as Answers);
  if (why !== undefined) throw new Refusal(`These answers do not go together. ${why}.`);
  return answers as Answers;
}

/** Whether there are answers to the other questions with which these go together. */
function canGo(answers: Partial<Answers>): boolean {
  const open = QUESTIONS.find(({ name }) => answers[name] === undefined);
  if (!open) return apart(answers as Answers) === undefined;
  return open.options.some(({ value }) => canGo({ ...answers, [open.name]: value }));
}
