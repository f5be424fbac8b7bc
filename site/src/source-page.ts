import { posix } from 'node:path';

const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'ts',
  mjs: 'js',
  js: 'js',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  py: 'python',
  sh: 'sh',
  md: 'md',
};

const quiet = (title: string, body: string) =>
  `---\nsearch: false\noutline: false\n---\n\n# ${title}\n\n${body}\n`;

/** A file as a page: its code, which is not searched. */
export function sourcePage(path: string, text: string): string {
  const name = posix.basename(path);
  const language = name === 'Dockerfile' ? 'docker' : (LANGUAGES[posix.extname(path).slice(1)] ?? 'text');
  return quiet(name, `\`${path}\`\n\n\`\`\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\`\`\``);
}

/** A folder as a page: the names of what is in it. */
export function folderPage(path: string, names: readonly string[]): string {
  const list = names.map((name) => `- \`${name}\``).join('\n');
  return quiet(path, list);
}
