import { sql } from 'kysely';

/**
 * Selects the events that can be found by the name of their target. Most events are changes to users and groups. They are found by the
 * target's id, because an entry in another index would cost each of them one more random page. A statement must repeat this condition
 * exactly as the index has it, so that the planner uses the index.
 */
export const namedEvents = sql<boolean>`(target_id is null or type not in ('user_update', 'group_update'))`;

/** The maximum number of members that the summary of an event contains. The summary of an event with more members is null. */
export const SUMMARIZED_MEMBERS_MAX = 20;
/** The number of characters of each member in the summary: the last ones of its id, which are random. Few events contain the characters by chance. */
export const SUMMARY_KEY_LENGTH = 4;

/** Selects the events that name the members of a group. */
export const memberEvents = sql<boolean>`type in ('group_create', 'group_update')`;
