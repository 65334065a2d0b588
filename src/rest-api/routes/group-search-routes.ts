import { NO_SOURCE } from '#integrations/source-filter.ts';
import { z } from 'zod';
import {
  groupDetails,
  GROUP_DETAILS_MAX,
  GROUP_SEARCH_LENGTH_MAX,
  GROUPS_LIMIT_DEFAULT,
  GROUPS_LIMIT_MAX,
  searchGroups,
} from '#directory/group-search.ts';
import { groupSorts } from '#directory/group-search-store.ts';
import { identityOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';
import { groupIdParams } from '../schemas.ts';

const tag = 'Groups';
const CURSOR_LENGTH_MAX = 8_192;
const SOURCE_LENGTH_MAX = 100;

const groupsQuery = describeFields(
  z.object({
    search: z.string().max(GROUP_SEARCH_LENGTH_MAX).optional(),
    source: z.string().min(1).max(SOURCE_LENGTH_MAX).optional(),
    sort: z.enum(groupSorts).optional(),
    order: z.enum(['asc', 'desc']).optional(),
    limit: z.coerce.number().int().min(1).max(GROUPS_LIMIT_MAX).optional(),
    cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
  }),
  {
    search: `The beginning of the name, in any letter case: at most ${GROUP_SEARCH_LENGTH_MAX} characters. Default: all groups.`,
    source: `The id of the integration that owns the group; ${NO_SOURCE} for groups without one. Default: all.`,
    sort: 'The field to sort by. Default: name.',
    order: 'asc or desc. Default: asc.',
    limit: `The maximum number of groups on the page: 1 to ${GROUPS_LIMIT_MAX}. Default: ${GROUPS_LIMIT_DEFAULT}.`,
    cursor: 'The value of next of the previous page. The other parameters must be those of the first page.',
  },
);

const groupShape = {
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  source: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  ownedFields: z.array(z.string()),
  members: z.object({ users: z.int(), groups: z.int(), awaited: z.int() }),
  created: z.iso.datetime(),
  lastChanged: z.iso.datetime(),
};
const groupTexts = {
  id: 'The id of the group: 24 hexadecimal digits.',
  name: 'The display name.',
  description: 'The note about the group; null if there is none.',
  source: 'The integration that owns the group; null if there is none.',
  'source.id': 'The id of the integration.',
  'source.name': 'The name of the integration; null if it was removed.',
  ownedFields: 'The fields that the integration keeps: name, members. Only other fields can be changed here.',
  members: 'The number of direct members by kind, without deleted users and groups.',
  'members.users': 'The number of users.',
  'members.groups': 'The number of groups.',
  'members.awaited': 'The number of members that were sent, but that are not in the directory.',
  created: 'When the group was created: RFC 3339, in UTC.',
  lastChanged: 'When the group or its members were last changed: RFC 3339, in UTC.',
};

const listedGroup = describeFields(z.object(groupShape), groupTexts).meta({
  id: 'listedgroup',
  description: 'A group in the list of groups.',
});

const groupsAnswer = describeFields(
  z.object({ results: z.array(listedGroup), total: z.int(), next: z.string().nullable() }),
  {
    results: 'The groups on this page.',
    total: 'The number of groups that matched when the first page was read.',
    next: 'The cursor of the next page; null on the last page.',
  },
);

const related = z.array(z.object({ id: z.string(), name: z.string() }));
const detailsAnswer = describeFields(
  z.object({
    ...groupShape,
    awaited: z.array(z.object({ value: z.string(), since: z.iso.datetime() })),
    groupsInside: related,
    groupsAround: related,
  }),
  {
    ...groupTexts,
    awaited: `The members that were sent, but that are not in the directory: at most ${GROUP_DETAILS_MAX}.`,
    'awaited.value': 'The value that was sent for the member.',
    'awaited.since': 'When it was first sent: RFC 3339, in UTC.',
    groupsInside: `The groups that are direct members of this group: at most ${GROUP_DETAILS_MAX}.`,
    'groupsInside.id': 'The id of the group.',
    'groupsInside.name': 'The display name of the group.',
    groupsAround: `The groups of which this group is a direct member: at most ${GROUP_DETAILS_MAX}.`,
    'groupsAround.id': 'The id of the group.',
    'groupsAround.name': 'The display name of the group.',
  },
).meta({ id: 'groupdetails', description: 'A group with its members by kind.' });

/** The routes that search groups and show one with its members by kind. */
export const groupSearchRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/groups',
      tag,
      summary: 'Search groups by the beginning of their name, with their source and the number of their members',
      access: 'groups.read',
      query: groupsQuery,
      answer: groupsAnswer,
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { search = '', source, sort = 'name', order = 'asc', limit = GROUPS_LIMIT_DEFAULT, cursor } = query;
      return await searchGroups(deps.database, organizationId, {
        search,
        source,
        sort,
        descending: order === 'desc',
        cursor,
        limit,
      });
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/groups/:id',
      tag,
      summary: 'Show a group with its source, the number of its members, and the groups inside and around it',
      access: 'groups.read',
      params: groupIdParams,
      answer: detailsAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return await groupDetails(deps.database, organizationId, params.id);
    },
  ),
];
