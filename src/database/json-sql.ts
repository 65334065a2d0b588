import type { RawBuilder } from 'kysely';

/** What a JSON value is as an SQL value: booleans are 1 and 0 on every engine. */
export type ValueKind = 'text' | 'number' | 'boolean';

/** How an engine reads JSON, and compares text. Every engine gives the same answers. */
export interface JsonSql {
  /** Text that is compared by code points, such as a literal or the result of a function; columns are so already. */
  readonly text: (value: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** The value at a path; null where there is none. */
  readonly value: (json: RawBuilder<unknown>, names: readonly string[], kind: ValueKind) => RawBuilder<unknown>;
  /** The value at a path of a JSON text. */
  readonly textValue: (text: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<string | null>;
  /** Whether there is anything at a path. */
  readonly present: (json: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<boolean>;
  /** The elements of the array at a path, as a table with the column `value`; no rows where there is no array. */
  readonly elements: (json: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<unknown>;
  /** Of the table `element`, made by `elements` of an array of simple values: the value. */
  readonly element: (kind: ValueKind) => RawBuilder<unknown>;
  /** Of the array of objects at a path: the value that the element marked as primary has, else that of the first. */
  readonly preferred: (
    json: RawBuilder<unknown>,
    names: readonly string[],
    subName: string,
    kind: ValueKind,
  ) => RawBuilder<unknown>;
  /** The first value of the array of simple values at a path. */
  readonly first: (json: RawBuilder<unknown>, names: readonly string[], kind: ValueKind) => RawBuilder<unknown>;
  /** Whether `text` contains `part`, by code points. */
  readonly contains: (text: RawBuilder<unknown>, part: string) => RawBuilder<boolean>;
  /** Whether `text` ends in `part`, which is not empty. */
  readonly endsWith: (text: RawBuilder<unknown>, part: string) => RawBuilder<boolean>;
  /** Whether a column has one of the texts of a JSON array: one parameter, however many they are. */
  readonly among: (column: RawBuilder<unknown>, texts: string) => RawBuilder<boolean>;
  /** Whether a column has one of the values of a select: each is looked up in an index, and nothing else is read. */
  readonly amongRows: (column: RawBuilder<unknown>, select: RawBuilder<unknown>) => RawBuilder<boolean>;
  /** The end of a select in EXISTS that is to be run for one row at a time, and not for the rows of all organizations at once. */
  readonly rowByRow: RawBuilder<unknown>;
  /** The texts of a JSON array as a table with the column `value`. */
  readonly texts: (texts: string) => RawBuilder<unknown>;
}
