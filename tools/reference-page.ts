/** A generated page of docs/reference, in Markdown. */
export function page(title: string, introduction: string, ...parts: readonly string[]): string {
  return `${[`# ${title}`, '<!-- Made by npm run reference. Change the source, not this page. -->', introduction, ...parts].join('\n\n')}\n`;
}

/** A table of Markdown; a cell may hold any text on one line. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
