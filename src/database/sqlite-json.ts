import { sql, type RawBuilder } from 'kysely';

/** How this engine reads JSON. The PostgreSQL twin of this file has the same exports. */

function jsonPath(names: readonly string[]): string {
  return `$${names.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`;
}

/** The value at a path as an SQL value: text, number, or 1 and 0 for booleans; null where there is none. */
export function jsonValue(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<unknown> {
  return sql`json_extract(${json}, ${jsonPath(names)})`;
}

/** Whether there is anything at a path. */
export function jsonPresent(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<boolean> {
  return sql`json_type(${json}, ${jsonPath(names)}) is not null`;
}

/** The elements of the array at a path, as a table with the column `value`; no rows where there is no array. */
export function jsonElements(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<unknown> {
  return sql`json_each(${json}, ${jsonPath(names)})`;
}

/** Whether `text` contains `part`, by code points. */
export function contains(text: RawBuilder<unknown>, part: string): RawBuilder<boolean> {
  return sql`instr(${text}, ${part}) > 0`;
}

/** Whether `text` ends in `part`, which is not empty. */
export function endsWith(text: RawBuilder<unknown>, part: string): RawBuilder<boolean> {
  return sql`substr(${text}, ${-Array.from(part).length}) = ${part}`;
}

/** Of the array of objects at a path: the value that the element marked as primary has, else that of the first. */
export function jsonPreferred(
  json: RawBuilder<unknown>,
  names: readonly string[],
  subName: string,
): RawBuilder<unknown> {
  const path = jsonPath(names);
  return sql`coalesce(
    (select json_extract(element.value, ${jsonPath([subName])}) from json_each(${json}, ${path}) as element
      where json_extract(element.value, '$.primary') limit 1),
    json_extract(${json}, ${`${path}[0]${jsonPath([subName]).slice(1)}`})
  )`;
}

/** The first value of the array of simple values at a path. */
export function jsonFirst(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<unknown> {
  return sql`json_extract(${json}, ${`${jsonPath(names)}[0]`})`;
}

/** The texts of a JSON array, for `in`: one parameter, however many they are. */
export function inJson(texts: string): RawBuilder<string> {
  return sql`(select value from json_each(${texts}))`;
}

/** The same texts as a table with the column `value`. */
export function jsonTexts(texts: string): RawBuilder<unknown> {
  return sql`json_each(${texts})`;
}
