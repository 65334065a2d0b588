import { sql, type RawBuilder } from 'kysely';
import type { JsonSql } from '../json-sql.ts';

function jsonPath(names: readonly string[]): string {
  return `$${names.map((name) => `."${name.replaceAll('"', '\\"')}"`).join('')}`;
}

/** Extracts a text, a number, or a boolean as 1 or 0. The function needs no kind, because SQLite's values carry their types. */
function extract(json: RawBuilder<unknown>, names: readonly string[]): RawBuilder<never> {
  return sql`json_extract(${json}, ${jsonPath(names)})`;
}

/** The JSON functions of SQLite, which stores JSON as text. */
export const sqliteJson: JsonSql = {
  text: (value) => value,
  value: extract,
  textValue: extract,
  present: (json, names) => sql`json_type(${json}, ${jsonPath(names)}) is not null`,
  elements: (json, names) => sql`json_each(${json}, ${jsonPath(names)})`,
  element: () => sql`element.value`,
  preferred: (json, names, subName) => {
    const path = jsonPath(names);
    return sql`coalesce(
      (select json_extract(element.value, ${jsonPath([subName])}) from json_each(${json}, ${path}) as element
        where json_extract(element.value, '$.primary') limit 1),
      json_extract(${json}, ${`${path}[0]${jsonPath([subName]).slice(1)}`})
    )`;
  },
  first: (json, names) => sql`json_extract(${json}, ${`${jsonPath(names)}[0]`})`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  endsWith: (text, part) => sql`substr(${text}, ${-Array.from(part).length}) = ${part}`,
  among: (column, texts) => sql`${column} in (select value from json_each(${texts}))`,
  amongNumbers: (column, numbers) => sql`${column} in (select value from json_each(${numbers}))`,
  amongRows: (column, select) => sql`${column} in (${select})`,
  rowByRow: sql``,
  arrayOf: (column) => sql`json_group_array(${column})`,
  texts: (texts) => sql`json_each(${texts})`,
};
