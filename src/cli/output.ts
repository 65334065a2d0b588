import { escapeControls } from '#base/invisible.ts';
import { printable } from '#base/printable.ts';

/** The exit codes of the program. */
export const exitCodes = { success: 0, failure: 1, usage: 2, notFound: 3 } as const;

export interface OutputOptions {
  readonly json?: boolean;
}

/** Prints the value as JSON with --json, or else the text. */
export function print(options: OutputOptions, value: unknown, text: string): void {
  console.log(options.json === true ? JSON.stringify(value, null, 2) : printable(text));
}

type Row = Readonly<Record<string, unknown>>;

/** Prints the rows as JSON with --json, or else as a table. Prints `empty` instead of a table without rows. */
export function printRows(
  options: OutputOptions,
  rows: readonly Row[],
  columns: readonly string[],
  empty: string,
): void {
  print(options, rows, rows.length === 0 ? empty : table(rows, columns));
}

/** Returns rows as a table of text. Each column is as wide as its widest cell. */
export function table(rows: readonly Row[], columns: readonly string[]): string {
  const lines = [
    columns.map((column) => column.toUpperCase()),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Returns an object as text, with one line for each property. */
export function properties(value: Row): string {
  const width = Math.max(...Object.keys(value).map((name) => name.length));
  return Object.entries(value)
    .map(([name, inner]) => `${name.padEnd(width)}  ${cell(inner)}`)
    .join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  // Escapes line breaks, because a line break in a name would look like the beginning of another row.
  return escapeControls(typeof value === 'string' ? value : JSON.stringify(value));
}
