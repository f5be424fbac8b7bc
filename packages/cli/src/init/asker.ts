import { ConfigurationError } from '@everbearer/core';

/** A question about one member of the description. */
export interface Question {
  /** The flag that answers it beforehand. */
  flag: string;
  message: string;
  /** What that flag said. */
  told?: string | undefined;
  /** The answer of who only presses return, and of `--yes`; undefined where a person has to know. */
  initial?: string | undefined;
  /** An answer to this question, for who does not know what is meant. */
  example?: string | undefined;
  /** What is wrong with an answer; undefined where nothing is. */
  fault?: ((answer: string) => string | undefined) | undefined;
}

/** One of several answers. */
export interface Choice<Value extends string> extends Pick<Question, 'flag' | 'message' | 'told'> {
  options: readonly { value: Value; label: string }[];
  initial: Value;
}

/** Where answers come from that no flag gave. */
export interface Asker {
  text(question: Question): Promise<string>;
  choose<Value extends string>(choice: Choice<Value>): Promise<Value>;
}

/** Thrown where a person ends the questions. */
export class Cancelled extends Error {}

/** Answers with what flags said, checked, and asks for the rest. */
export function heeding(asker: Asker): Asker {
  return {
    async text(question) {
      const { told, flag, fault } = question;
      if (told === undefined) return (await asker.text(question)).trim();
      const wrong = fault?.(told);
      if (wrong !== undefined) throw new ConfigurationError({ option: flag, message: `${flag}: ${wrong}` });
      return told;
    },
    async choose(choice) {
      const { told, flag, options } = choice;
      if (told === undefined) return asker.choose(choice);
      const meant = options.find(({ value }) => value === told);
      if (meant) return meant.value;
      const known = options.map(({ value }) => value).join(', ');
      throw new ConfigurationError({ option: flag, message: `${flag} must be one of ${known}.` });
    },
  };
}

/** For scripts: takes what a question proposes, and notes what only a person could say. */
export function silentAsker(): Asker & { readonly missing: readonly Question[] } {
  const missing: Question[] = [];
  return {
    missing,
    async text(question) {
      if (question.initial === undefined) missing.push(question);
      return question.initial ?? '';
    },
    choose: async ({ initial }) => initial,
  };
}
