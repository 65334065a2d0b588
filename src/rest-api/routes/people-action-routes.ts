import { z } from 'zod';
import { recordEvent } from '#audit/event-store.ts';
import { displayNameOf, type StoredUser } from '#directory/stored.ts';
import { removeMembers, requireUserGroup } from '#directory/user-groups.ts';
import { requireFilters } from '#people-search/people-filters.ts';
import { peopleActionNames, type Exemption } from '#people-search/action-outcomes.ts';
import {
  previewSelection,
  readSelection,
  SELECTED_IDS_MAX,
  SELECTED_PAGE_DEFAULT,
  SELECTED_PAGE_MAX,
  type NamedPeople,
  type Selection,
} from '#people-search/select-people.ts';
import { identityOf, languageOf, originOf } from '../context.ts';
import { csvAnswer } from '../csv-answer.ts';
import { describeFields } from '../describe-fields.ts';
import { requirePermission } from '../identify.ts';
import { actionPermissions, exemptionTexts, performAction, type ActionResult } from '../people-actions.ts';
import { exportPeople } from '../people-export.ts';
import {
  filterShape,
  filtersOf,
  filterTexts,
  listedPeople,
  listedShape,
  listedTexts,
} from '../people-filter-contract.ts';
import { route, type Route } from '../route.ts';
import { groupIdParams } from '../schemas.ts';

const tag = 'Bulk';
const ID_LENGTH_MAX = 100;
const CURSOR_LENGTH_MAX = 4_096;

const ids = z.array(z.string().min(1).max(ID_LENGTH_MAX)).max(SELECTED_IDS_MAX);
const selectionSchema = z
  .strictObject({ ids: ids.min(1).optional(), query: z.strictObject(filterShape).optional(), except: ids.optional() })
  .refine((sent) => (sent.ids === undefined) !== (sent.query === undefined), 'must have either ids or query')
  .refine((sent) => sent.ids === undefined || sent.except === undefined, {
    path: ['except'],
    error: 'is allowed only with query',
  });
type SentSelection = z.output<typeof selectionSchema>;

const selectionTexts = {
  people: 'The people: ids, or a query. An empty query selects all users of the directory.',
  'people.ids': `The ids of users, each of 24 hexadecimal digits: 1 to ${SELECTED_IDS_MAX}.`,
  'people.query': 'The search and the filters of GET /api/people: all users that match.',
  ...Object.fromEntries(Object.entries(filterTexts).map(([name, text]) => [`people.query.${name}`, text])),
  'people.except': `The ids of users that match the query, but are left out: at most ${SELECTED_IDS_MAX}. Default: none.`,
} as const;
const actionText =
  'suspend, activate, unlock; expire: passwords; mail: sends the activation email, or a link for a new password; delete. suspend, activate and delete require users.write.';

const walkShape = {
  people: selectionSchema,
  expected: z.int().min(0).optional(),
  limit: z.int().min(1).max(SELECTED_PAGE_MAX).optional(),
  cursor: z.string().max(CURSOR_LENGTH_MAX).optional(),
} as const;
const walkTexts = {
  ...selectionTexts,
  expected:
    'The number of people that the preview counted. The first request is refused if another number is selected now. Required in the first request for a query.',
  limit: `The maximum number of people that one request changes: 1 to ${SELECTED_PAGE_MAX}. Default: ${SELECTED_PAGE_DEFAULT}.`,
  cursor: 'The value of next of the previous answer. The other fields must be those of the first request.',
} as const;
interface Sent {
  readonly people: SentSelection;
  readonly cursor?: string | undefined;
  readonly expected?: number | undefined;
}
const hasNumber = ({ people, cursor, expected }: Sent) =>
  people.ids !== undefined || cursor !== undefined || expected !== undefined;
const numberMissing = { path: ['expected'], error: 'is required in the first request for a query' };

const previewBody = describeFields(z.strictObject({ action: z.enum(peopleActionNames), people: selectionSchema }), {
  action: actionText,
  ...selectionTexts,
});
const actionBody = describeFields(
  z.strictObject({ action: z.enum(peopleActionNames), ...walkShape }).refine(hasNumber, numberMissing),
  { action: actionText, ...walkTexts },
);
const removalBody = describeFields(z.strictObject(walkShape).refine(hasNumber, numberMissing), walkTexts);

const named = z.array(z.object({ id: z.string(), name: z.string() }));
const previewAnswer = describeFields(
  z.object({
    total: z.int(),
    missing: z.int(),
    owned: z.int(),
    people: named,
    exempt: z.array(z.object({ reason: z.string(), text: z.string(), total: z.int(), people: named })),
  }),
  {
    total: 'The number of people that are selected now.',
    missing: 'The number of ids that are not users of the directory.',
    owned: 'The number of people whose accounts belong to a source, which can change them again.',
    people: 'The first of them by name: at most 5.',
    'people.id': 'The id of the user.',
    'people.name': 'The display name; without one, the userName.',
    exempt: 'The people whom the action would not change, by reason.',
    'exempt.reason': 'unchanged: they already are as the action would make them; or the code of the error.',
    'exempt.text': 'The reason as a sentence.',
    'exempt.total': 'The number of these people.',
    'exempt.people': 'The first of them by name: at most 5.',
    'exempt.people.id': 'The id of the user.',
    'exempt.people.name': 'The display name; without one, the userName.',
  },
);
const resultsAnswer = describeFields(
  z.object({
    results: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        outcome: z.enum(['changed', 'unchanged', 'refused']),
        reason: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
  {
    results: 'What was done with each person of this part of the selection. It is stored when the answer is sent.',
    'results.id': 'The id of the user.',
    'results.name': 'The display name; without one, the userName.',
    'results.outcome': 'changed; unchanged: the person already was as the action makes people; refused.',
    'results.reason': 'Why the action was refused, as a text for people; null if it was not.',
    next: 'The cursor of the next part; null if nothing is left. To cancel the rest, send no further request.',
  },
);

function selectionOf({ ids: wanted, query = {}, except = [] }: SentSelection, group?: string): Selection {
  const filters = filtersOf(query);
  return {
    ids: wanted && [...new Set(wanted)],
    filters: group === undefined ? filters : { ...filters, group },
    except: [...new Set(except)],
  };
}

function shown({ people }: NamedPeople) {
  return people.map(nameOf);
}

function nameOf(user: StoredUser) {
  return { id: user.id, name: displayNameOf(user) };
}

export const peopleActionRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/people/actions/preview',
      tag,
      summary: 'Say what an action would do with many people, without doing it',
      access: 'users.help',
      body: previewBody,
      answer: previewAnswer,
    },
    async (context, { body: { action, people } }) => {
      const identity = identityOf(context);
      requirePermission(identity, 'users.read');
      requirePermission(identity, actionPermissions[action]);
      const selection = selectionOf(people);
      const preview = await previewSelection(identity.deps, identity.organizationId, selection, action);
      return {
        total: preview.total,
        missing: selection.ids === undefined ? 0 : selection.ids.length - preview.total,
        owned: preview.owned,
        people: shown(preview),
        exempt: preview.exempt.map((one: NamedPeople & { readonly exemption: Exemption }) => ({
          reason: one.exemption,
          text: exemptionTexts[languageOf(context)][one.exemption],
          total: one.total,
          people: shown(one),
        })),
      };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/people/actions',
      tag,
      summary: 'Suspend, activate, unlock, delete or write to many people, in parts that the caller requests',
      access: 'users.help',
      body: actionBody,
      answer: resultsAnswer,
    },
    async (context, { body: { action, people, cursor, limit = SELECTED_PAGE_DEFAULT, expected } }) => {
      const identity = identityOf(context);
      requirePermission(identity, 'users.read');
      requirePermission(identity, actionPermissions[action]);
      const walk = { cursor, limit, purpose: action, expected };
      const page = await readSelection(identity.deps, identity.organizationId, selectionOf(people), walk);
      return { results: await performAction(context, action, page.users), next: page.next ?? null };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/groups/:id/removals',
      tag: 'Groups',
      summary: 'Remove many people from a group, in parts that the caller requests',
      access: 'groups.write',
      params: groupIdParams,
      body: removalBody,
      answer: resultsAnswer,
    },
    async (context, { params, body: { people, cursor, limit = SELECTED_PAGE_DEFAULT, expected } }) => {
      const identity = identityOf(context);
      const { deps, caller, organizationId } = identity;
      requirePermission(identity, 'users.read');
      await requireUserGroup(deps, organizationId, params.id);
      const walk = { cursor, limit, purpose: `remove from ${params.id}`, expected };
      const page = await readSelection(deps, organizationId, selectionOf(people, params.id), walk);
      const removed = new Set(
        page.users.length === 0
          ? []
          : await removeMembers(
              deps,
              caller,
              params.id,
              page.users.map(({ id }) => id),
            ),
      );
      const results = page.users.map((user): ActionResult => {
        const outcome = removed.has(user.id) ? 'changed' : 'unchanged';
        return { ...nameOf(user), outcome, reason: null };
      });
      return { results, next: page.next ?? null };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/export/people.csv',
      tag: 'CSV',
      summary: 'Export all people that a search finds: users as CSV that can be imported again, or refused people',
      access: 'users.read',
      query: describeFields(z.object({ ...listedShape, details: z.enum(['true', 'false']).optional() }), {
        ...listedTexts,
        details:
          'true adds columns that an import ignores: passwordStatus, creationSource, created and _id. Default: false. It has no effect on refused people, whose columns no import reads.',
      }),
      mediaType: 'text/csv',
    },
    async (context, { query: { details, ...sent } }) => {
      const { deps, organizationId } = identityOf(context);
      const query = listedPeople(sent);
      await requireFilters(deps.database, organizationId, query);
      await recordEvent(deps.database, deps.clock, originOf(context), {
        type: 'csv_export',
        target: { type: 'user', id: null, name: null },
      });
      const name = query.presence === 'refused' ? 'refused-people.csv' : 'people.csv';
      return csvAnswer(exportPeople(deps, organizationId, query, details === 'true'), name);
    },
  ),
];
