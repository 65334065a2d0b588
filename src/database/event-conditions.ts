import { sql } from 'kysely';

/**
 * Selects the events that can be found by the name of their target. Most events are changes to users and groups. They are found by the
 * target's id, because an entry in another index would cost each of them one more random page. A statement must repeat this condition
 * exactly as the index has it, so that the planner uses the index.
 */
export const namedEvents = sql<boolean>`(target_id is null or type not in ('user_update', 'group_update'))`;

/** Selects the events that name the members of a group. */
export const memberEvents = sql<boolean>`type in ('group_create', 'group_update')`;
