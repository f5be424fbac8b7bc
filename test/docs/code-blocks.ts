import { readFileSync } from 'node:fs';

export interface CodeBlock {
  file: string;
  line: number;
  language: string;
  code: string;
}

/** The fenced code blocks of a Markdown file, in order. */
export function codeBlocks(path: string, file: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: CodeBlock | undefined;
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      const fence = /^```(\S*)/.exec(text);
      if (fence && open) {
        blocks.push(open);
        open = undefined;
      } else if (fence) {
        open = { file, line: index + 1, language: fence[1] ?? '', code: '' };
      } else if (open) {
        open.code += `${text}\n`;
      }
    });
  return blocks;
}
