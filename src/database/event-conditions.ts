import { sql } from 'kysely';

/**
 * Events that can be found by the name of their target. Most events are changes of users and groups, which are found by the
 * target's id: an entry in one more index would cost each of them a random page. A statement must repeat this condition exactly as
 * the index has it, so that the planner uses the index.
 */
export const namedEvents = sql<boolean>`(target_id is null or type not in ('user_update', 'group_update'))`;

/** Events that name the members of a group. */
export const memberEvents = sql<boolean>`type in ('group_create', 'group_update')`;
