/** Words in lines of at most this width. What does not fit is cut: a line that wraps cannot be drawn over. */
export function fitted(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer =
      line === '' ? indent.slice(lines.length === 0 ? indent.length : 0) + word : `${line} ${word}`;
    if (line !== '' && longer.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].map((each) => cut(each, width));
}

/** At most so many signs. */
export function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
}
