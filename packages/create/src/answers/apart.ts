import { type Answers, asksForItself } from './answers.ts';

/** Why these answers do not go together, and what to choose instead; undefined where they do. */
export function apart(answers: Answers): string | undefined {
  const { api, tokens, program } = answers;
  if (tokens === 'env' && program === 'web')
    return 'A variable holds the tokens of one person, and many people sign in to a web application. Keep them in files, in Redis or in memory: --tokens file, redis or memory';
  if (asksForItself(answers) && (api === 'google' || api === 'github'))
    return `What is in memory ends with the program, and ${api === 'google' ? 'Google' : 'GitHub'} gives tokens only to people who sign in. Keep them in files or in Redis: --tokens file or redis`;
  return undefined;
}
