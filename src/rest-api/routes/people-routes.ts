import { z } from 'zod';
import { searchPeople } from '#people-search/search-people.ts';
import {
  passwordStatuses,
  PEOPLE_LIMIT_DEFAULT,
  PEOPLE_LIMIT_MAX,
  PEOPLE_SKIP_MAX,
  presences,
  userStates,
} from '#people-search/people-query.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { listedPeople, listedShape, listedTexts } from '../people-filter-contract.ts';
import { route, type Route } from '../route.ts';

const tag = 'Users';
const state = z.enum(userStates);
const CURSOR_LENGTH_MAX = 4_096;

const peopleQuery = describeFields(
  z.object({
    ...listedShape,
    limit: z.coerce.number().int().min(1).max(PEOPLE_LIMIT_MAX).optional(),
    cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
    skip: z.coerce.number().int().min(0).max(PEOPLE_SKIP_MAX).optional(),
  }),
  {
    ...listedTexts,
    limit: `The maximum number of people on the page: 1 to ${PEOPLE_LIMIT_MAX}. Default: ${PEOPLE_LIMIT_DEFAULT}.`,
    cursor: 'The value of next of the previous page. The other parameters must be those of the first page.',
    skip: `The number of people before the page: 0 to ${PEOPLE_SKIP_MAX.toLocaleString('en')}. Pages near both ends of the list are read quickly. Not together with cursor. Default: 0.`,
  },
);

const source = z.object({ id: z.string(), name: z.string().nullable() }).nullable();
const sourceTexts = {
  'source.id': 'The id of the integration.',
  'source.name': 'The name of the integration; null if it was removed.',
};

const presentPerson = describeFields(
  z.object({
    presence: z.literal('present'),
    id: z.string(),
    name: z.string(),
    userName: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    state,
    passwordStatus: z.enum(passwordStatuses),
    source,
    title: z.string().nullable(),
    department: z.string().nullable(),
    employeeNumber: z.string().nullable(),
    created: z.iso.datetime(),
    lastChanged: z.iso.datetime(),
  }),
  {
    presence: 'present: the user is in the directory.',
    id: 'The id of the user: 24 hexadecimal digits.',
    name: 'The displayName; without one, the formatted name or the userName.',
    userName: 'The userName in SCIM.',
    username: 'The sign-in name.',
    email: 'The primary email address; null if there is none.',
    state: 'The state of the user.',
    passwordStatus: 'The status of the password.',
    source: 'The integration that owns the user; null if there is none.',
    ...sourceTexts,
    title: 'The job title; null if there is none.',
    department: 'The department; null if there is none.',
    employeeNumber: 'The employee number; null if there is none.',
    created: 'When the user was created: RFC 3339, in UTC.',
    lastChanged: 'When the user was last changed: RFC 3339, in UTC.',
  },
).meta({ id: 'presentperson', description: 'A user in the list of people.' });

const refusedPerson = describeFields(
  z.object({
    presence: z.literal('refused'),
    id: z.string(),
    name: z.string().nullable(),
    userName: z.string().nullable(),
    email: z.string().nullable(),
    externalId: z.string().nullable(),
    source,
    errorCode: z.string(),
    reasonCode: z.string().nullable(),
    reason: z.string(),
    refusals: z.int(),
    firstRefused: z.iso.datetime(),
    lastRefused: z.iso.datetime(),
    eventId: z.string(),
  }),
  {
    presence: 'refused: the person is not in the directory.',
    id: 'Identifies the refused person in this list: 24 hexadecimal digits.',
    name: 'The displayName that was sent; null if there was none.',
    userName: 'The userName that was sent; null if there was none.',
    email: 'The email address that was sent; null if there was none.',
    externalId: 'The externalId that was sent; null if there was none.',
    source: 'The integration that sent the request; null for another caller.',
    ...sourceTexts,
    errorCode: 'The code of the error of the last refusal, as in events.',
    reasonCode: 'The code of the reason of the last refusal, as in events; null if the error has none.',
    reason: 'Why the last request was refused, and what to do, for people.',
    refusals: 'The number of refused requests.',
    firstRefused: 'When the first of these requests was refused: RFC 3339, in UTC.',
    lastRefused: 'When the last of these requests was refused: RFC 3339, in UTC.',
    eventId: 'The id of the event of the last refusal.',
  },
).meta({ id: 'refusedperson', description: 'A person who was refused, in the list of people.' });

const peopleAnswer = describeFields(
  z.object({
    presence: z.enum(presences),
    results: z.array(z.union([presentPerson, refusedPerson])),
    total: z.int(),
    otherTotal: z.int(),
    indexing: z.boolean(),
    next: z.string().nullable(),
  }),
  {
    presence: 'Which people the results list: present or refused.',
    results: 'The people on this page.',
    total: 'The number of people that matched when the first page was read.',
    otherTotal:
      'The number of people in the other list that matched at that time: of refused people if presence is present, and of users if it is refused. A search without present people can show the refused ones.',
    indexing: 'True while users are still being indexed after an upgrade or a move: people may be missing.',
    next: 'The cursor of the next page; null on the last page.',
  },
);

/** The route that searches people. */
export const peopleRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/people',
      tag,
      summary: 'Search people: users of the directory, or people who were refused',
      access: 'users.read',
      query: peopleQuery,
      answer: peopleAnswer,
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      return await searchPeople({ ...deps, language: languageOf(context) }, organizationId, {
        ...listedPeople(query),
        cursor: query.cursor,
        skip: query.skip ?? 0,
        limit: query.limit ?? PEOPLE_LIMIT_DEFAULT,
      });
    },
  ),
];
