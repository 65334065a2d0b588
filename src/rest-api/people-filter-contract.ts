import { z } from 'zod';
import { requireRefusalCode } from '#base/reasons/refusal-codes.ts';
import { SEARCH_WORDS_MAX } from '#base/search-terms.ts';
import { NO_SOURCE } from '#integrations/source-filter.ts';
import {
  passwordStatuses,
  peopleSorts,
  presences,
  SEARCH_LENGTH_MAX,
  userStates,
  type PeopleQuery,
} from '#people-search/people-query.ts';
import type { PeopleFilters } from '#people-search/select-people.ts';

const ID_LENGTH_MAX = 100;
const DEPARTMENT_LENGTH_MAX = 1_024;

const state = z.enum(userStates);

/** The search and the filters of users. The list of people, its export and the actions on many people have the same. */
export const filterShape = {
  search: z.string().max(SEARCH_LENGTH_MAX).optional(),
  state: z.union([state, z.array(state)]).optional(),
  passwordStatus: z.enum(passwordStatuses).optional(),
  source: z.string().min(1).max(ID_LENGTH_MAX).optional(),
  group: z.string().min(1).max(ID_LENGTH_MAX).optional(),
  department: z.string().min(1).max(DEPARTMENT_LENGTH_MAX).optional(),
  changedSince: z.iso.datetime({ offset: true }).optional(),
} as const;

export const filterTexts = {
  search: `Words, at most ${SEARCH_WORDS_MAX}, all of which must match: each is the beginning of a word of a name, userName, email address, phone number, employee number, externalId, title or department. Letter case and accents do not count. Chinese, Japanese and Korean characters match anywhere. At most ${SEARCH_LENGTH_MAX} characters. Default: all people.`,
  state: 'A state of the user. Repeat the parameter for several states. Default: all states.',
  passwordStatus: 'The status of the password. Default: all.',
  source: `The id of the integration that owns the user, or that sent the refused request; ${NO_SOURCE} for people without one. Default: all.`,
  group: 'The id of a group of which the user is a direct member. Default: all users.',
  department: 'The whole name of the department, in any letter case. Default: all departments.',
  changedSince: 'Only people who were changed or refused at this time or later: RFC 3339. Default: all.',
} as const;

/** The parameters of a list of people, without the page. */
export const listedShape = {
  ...filterShape,
  presence: z.enum(presences).optional(),
  reason: z.string().min(1).max(ID_LENGTH_MAX).optional(),
  sort: z.enum(peopleSorts).optional(),
  order: z.enum(['asc', 'desc']).optional(),
} as const;

export const listedTexts = {
  ...filterTexts,
  presence:
    'present lists users of the directory; refused lists people who are not in the directory because the last request to create them was refused. Default: present.',
  reason:
    'Only people whose last refusal has this code, as in errorCode or in reasonCode. A code that no refusal can have is refused. It selects among refused people only: users of the directory have no refusal. Default: all.',
  sort: 'The field to sort by. People without a value are last in ascending order. Default: name.',
  order: 'asc or desc. Default: asc.',
} as const;

type Sent<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** Returns the filters that a request sent. */
export function filtersOf({ search = '', state: states = [], changedSince, ...others }: Sent<typeof filterShape>) {
  return {
    search,
    states: [states].flat(),
    passwordStatus: others.passwordStatus,
    source: others.source,
    group: others.group,
    department: others.department,
    changedSince: changedSince === undefined ? undefined : new Date(changedSince),
  } satisfies PeopleFilters;
}

/** Returns the query that a request sent, without the page. */
export function listedPeople(sent: Sent<typeof listedShape>): Omit<PeopleQuery, 'cursor' | 'skip' | 'limit'> {
  if (sent.reason !== undefined) requireRefusalCode(sent.reason);
  return {
    ...filtersOf(sent),
    presence: sent.presence ?? 'present',
    reason: sent.reason,
    sort: sent.sort ?? 'name',
    descending: sent.order === 'desc',
  };
}
