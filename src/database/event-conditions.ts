import { sql } from 'kysely';

/**
 * Events that can be found by the name of their target. Most events are changes of users and groups, which are found by the
 * id: a place in one more index would cost each of them a random page. Statements repeat it as the index says it.
 */
export const namedEvents = sql<boolean>`(target_id is null or type not in ('user_update', 'group_update'))`;

/** Events that name the members of a group. */
export const memberEvents = sql<boolean>`type in ('group_create', 'group_update')`;
