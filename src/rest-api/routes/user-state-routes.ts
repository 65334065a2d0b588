import { z } from 'zod';
import { scheduleStates, unscheduleStates } from '#accounts/scheduled-states.ts';
import { AppError, quote } from '#base/errors.ts';
import { findNextStateChanges, listStateChanges, type StateChange } from '#directory/state-change-store.ts';
import { identityOf, originOf, withQuota } from '../context.ts';
import { parseConditions } from '../list-filter.ts';
import { describeFields, fieldTextsOf } from '../describe-fields.ts';
import { listQuerySchema, pageOf, type ListQuery } from '../list-query.ts';
import { pathIds, route, type Route } from '../route.ts';
import { pageQuery } from '../schemas.ts';

/** The maximum number of users in one request that schedules state changes, and in one that looks up scheduled changes. */
export const SCHEDULED_USERS_MAX = 1_000;
export const LOOKED_UP_USERS_MAX = 100;

const tag = 'Bulk';
const base = '/api/v2/bulk/userstates';
const stateSchema = z.enum(['ACTIVATED', 'SUSPENDED']);

const stateAnswer = describeFields(
  z.object({
    id: z.string(),
    systemUserId: z.string(),
    scheduledJobId: z.string(),
    scheduledDate: z.iso.datetime(),
    state: stateSchema,
  }),
  {
    id: 'The id of the scheduled change: 24 hexadecimal digits.',
    systemUserId: 'The id of the user: 24 hexadecimal digits.',
    scheduledJobId: 'The id that all changes of one request share: 24 hexadecimal digits.',
    scheduledDate: 'When the state changes: RFC 3339, in UTC.',
    state: 'The state that the user gets: ACTIVATED or SUSPENDED.',
  },
).meta({ id: 'scheduleduserstate', description: 'A scheduled activation or suspension of a user.' });

function shownState({ id, userId, jobId, at, state }: StateChange) {
  return { id, systemUserId: userId, scheduledJobId: jobId, scheduledDate: at.toISOString(), state };
}

/** Reads `filter=state:eq:SUSPENDED` and `filter=systemUserId:eq:…`. Throws `invalidQuery` (400). */
function filtersOf({ filter }: Pick<ListQuery, 'filter'>) {
  const found: { state?: StateChange['state']; userIds?: readonly string[] } = {};
  for (const { field, operator, values } of parseConditions([filter ?? []].flat())) {
    const state = stateSchema.safeParse(values[0]?.toUpperCase());
    if (field === 'state' && operator === 'eq' && state.success) found.state = state.data;
    else if (field === 'systemUserId' && (operator === 'eq' || operator === 'in')) found.userIds = values;
    else {
      throw new AppError(
        'invalidQuery',
        `The filter on ${quote(field)} cannot be read. Write state:eq:SUSPENDED, or systemUserId:eq:ID.`,
        { attribute: 'filter', value: field },
      );
    }
  }
  return found;
}

const scheduleSchema = z
  .looseObject({
    user_ids: z.array(z.string().max(100)).min(1).max(SCHEDULED_USERS_MAX),
    state: stateSchema,
    start_date: z.iso.datetime({ offset: true }),
    send_activation_emails: z.boolean().nullish(),
    activation_email_override: z.union([z.email().max(1_024), z.literal('')]).nullish(),
  })
  .refine(({ state, send_activation_emails: send }) => state === 'ACTIVATED' || send !== true, {
    path: ['send_activation_emails'],
    error: 'is allowed only with the state ACTIVATED',
  })
  .refine(
    ({ user_ids: ids, state, activation_email_override: to }) => !to || (ids.length === 1 && state === 'ACTIVATED'),
    {
      path: ['activation_email_override'],
      error: 'is allowed only for one user and the state ACTIVATED',
    },
  );

const scheduleBody = describeFields(scheduleSchema, {
  user_ids: `The ids of the users, each of 24 hexadecimal digits: 1 to ${SCHEDULED_USERS_MAX}.`,
  state: 'The state that the users get: ACTIVATED or SUSPENDED.',
  start_date: 'When the state changes: a future time, RFC 3339 with an offset.',
  send_activation_emails:
    'true sends the activation email when the users are activated; only with ACTIVATED. Default: true if activation_email_override is an address, otherwise false.',
  activation_email_override:
    'The email address that the activation email goes to: at most 1,024 characters; only for one user and ACTIVATED. Default: the address of the user.',
});

const scheduledIdParams = pathIds({
  id: 'The id of a scheduled change, or the scheduledJobId that all changes of one request share: 24 hexadecimal digits.',
});
const pageShape = { limit: true, skip: true } as const;
const pageTexts = fieldTextsOf(pageQuery);
const stateQuery = describeFields(
  listQuerySchema.pick({ ...pageShape, filter: true }).extend({ userid: z.string().optional() }),
  {
    ...pageTexts,
    filter: 'The condition state:eq:SUSPENDED, state:eq:ACTIVATED or systemUserId:eq:ID.',
    userid: 'The id of the user whose changes are listed; it takes precedence over a filter on systemUserId.',
  },
);
const nextQuery = describeFields(
  listQuerySchema.pick(pageShape).extend({ users: z.union([z.string(), z.array(z.string())]) }),
  {
    ...pageTexts,
    users: `The ids of the users, repeated or separated by commas: at most ${LOOKED_UP_USERS_MAX}.`,
  },
);

export const userStateRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Schedule an activation or a suspension of users',
      access: 'users.write',
      body: scheduleBody,
      answer: z.array(stateAnswer),
      status: 201,
    },
    async (context, { body }) => {
      const mailTo = body.activation_email_override || null;
      const userIds = [...new Set(body.user_ids)];
      // An address for the email implies that an email is sent, unless the body says otherwise.
      const sendMail = body.send_activation_emails ?? mailTo !== null;
      const schedule = async () =>
        await scheduleStates(identityOf(context).deps, originOf(context), {
          userIds,
          state: body.state,
          at: new Date(body.start_date),
          sendMail,
          mailTo,
        });
      const quota = mailTo === null ? 'requestedMails' : 'namedMails';
      const changes = sendMail ? await withQuota(context, quota, schedule, userIds.length) : await schedule();
      return changes.map(shownState);
    },
  ),
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List the scheduled activations and suspensions, earliest first',
      access: 'users.read',
      query: stateQuery,
      answer: z.array(stateAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { userIds, state } = filtersOf(query);
      const changes = await listStateChanges(deps.database, organizationId, {
        userIds: query.userid === undefined ? userIds : [query.userid],
        state,
        ...pageOf(query),
      });
      return changes.map(shownState);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/eventlist/next`,
      tag,
      summary: 'List the next activation and the next suspension of each given user',
      access: 'users.read',
      query: nextQuery,
      answer: describeFields(z.object({ events_count: z.int(), results: z.array(stateAnswer) }), {
        events_count: 'The number of all results, regardless of limit and skip.',
        results: 'The scheduled changes of this page.',
      }),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const ids = [query.users].flat().flatMap((one) => one.split(','));
      if (ids.length > LOOKED_UP_USERS_MAX) {
        throw new AppError(
          'tooManyValues',
          `One request looks up at most ${LOOKED_UP_USERS_MAX} users: send several requests.`,
          {
            attribute: 'users',
          },
        );
      }
      const { skip, limit } = pageOf(query);
      const next = await findNextStateChanges(deps.database, organizationId, ids);
      return { events_count: next.length, results: next.slice(skip, skip + limit).map(shownState) };
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Cancel a scheduled change, or all changes of the request that scheduled them',
      access: 'users.write',
      params: scheduledIdParams,
      status: 204,
    },
    async (context, { params }) => await unscheduleStates(identityOf(context).deps, originOf(context), params.id),
  ),
];
