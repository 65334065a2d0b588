import type { RawBuilder } from 'kysely';

/** The SQL type of a JSON value. Booleans are 1 and 0 on every engine. */
export type ValueKind = 'text' | 'number' | 'boolean';

/** The SQL with which an engine reads JSON and compares text. All engines return the same results. */
export interface JsonSql {
  /** Makes a literal or the result of a function be compared by code point. Columns need no such conversion. */
  readonly text: (value: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** The value at a path; null if there is none. */
  readonly value: (json: RawBuilder<unknown>, names: readonly string[], kind: ValueKind) => RawBuilder<unknown>;
  /** The value at a path in JSON that is stored as text. */
  readonly textValue: (text: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<string | null>;
  /** True if there is a value at a path. */
  readonly present: (json: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<boolean>;
  /** The elements of the array at a path, as a table with the column `value`; no rows if there is no array. */
  readonly elements: (json: RawBuilder<unknown>, names: readonly string[]) => RawBuilder<unknown>;
  /** The value of a row of the table `element`, which is the result of `elements` for an array of simple values. */
  readonly element: (kind: ValueKind) => RawBuilder<unknown>;
  /** The value of the primary element of the array of objects at a path; the value of the first element if none is primary. */
  readonly preferred: (
    json: RawBuilder<unknown>,
    names: readonly string[],
    subName: string,
    kind: ValueKind,
  ) => RawBuilder<unknown>;
  /** The first value of the array of simple values at a path. */
  readonly first: (json: RawBuilder<unknown>, names: readonly string[], kind: ValueKind) => RawBuilder<unknown>;
  /** True if `text` contains `part`, compared by code point. */
  readonly contains: (text: RawBuilder<unknown>, part: string) => RawBuilder<boolean>;
  /** True if `text` ends with `part`, which must not be empty. */
  readonly endsWith: (text: RawBuilder<unknown>, part: string) => RawBuilder<boolean>;
  /** True if a column equals one of the texts of a JSON array. The statement has one parameter for any number of texts. */
  readonly among: (column: RawBuilder<unknown>, texts: string) => RawBuilder<boolean>;
  /** The same for whole numbers. */
  readonly amongNumbers: (column: RawBuilder<unknown>, numbers: string) => RawBuilder<boolean>;
  /** True if a column equals one of the values that a select returns. Each value is looked up in an index; no other rows are read. */
  readonly amongRows: (column: RawBuilder<unknown>, select: RawBuilder<unknown>) => RawBuilder<boolean>;
  /**
   * The end of a select in EXISTS. It makes the database run the select for each row, and not turn it into a join with the rows of all
   * organizations.
   */
  readonly rowByRow: RawBuilder<unknown>;
  /** The values of a column in all rows, as the text of a JSON array; an aggregate function. */
  readonly arrayOf: (column: RawBuilder<unknown>) => RawBuilder<string>;
  /** The texts of a JSON array as a table with the column `value`. */
  readonly texts: (texts: string) => RawBuilder<unknown>;
}
