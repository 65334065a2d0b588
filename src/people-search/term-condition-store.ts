import { sql, type RawBuilder } from 'kysely';
import { initialsOf, type SearchPart } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';

/**
 * Returns the conditions that the people of a table match all parts of a search. The bits of the first characters are compared first,
 * because that takes less time than searching a text. For a part of one letter or digit, they are sufficient.
 */
export function termConditions(
  database: Database,
  table: 'users' | 'refused_people',
  parts: readonly SearchPart[],
): readonly RawBuilder<boolean>[] {
  if (parts.length === 0) return [];
  const { json } = engineOf(database);
  const mask = initialsOf(parts.flatMap((part) => part.prefixes));
  const texts = parts.filter((part) => !part.isInitial);
  return [
    sql<boolean>`(${sql.ref(`${table}.initials`)} & cast(${mask} as bigint)) = cast(${mask} as bigint)`,
    ...texts.map(({ contained }) => json.contains(sql.ref(`${table}.terms`), contained)),
  ];
}
