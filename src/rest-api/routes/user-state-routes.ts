import { z } from 'zod';
import { scheduleStates, unscheduleStates } from '#accounts/scheduled-states.ts';
import { AppError, quote } from '#base/errors.ts';
import { findNextStateChanges, listStateChanges, type StateChange } from '#directory/state-change-store.ts';
import { identityOf, originOf, withQuota } from '../context.ts';
import { parseConditions } from '../list-filter.ts';
import { listQuerySchema, pageOf, type ListQuery } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';

/** Users of one request to schedule, and of one to look up. */
export const SCHEDULED_USERS_MAX = 1_000;
export const LOOKED_UP_USERS_MAX = 100;

const tag = 'Bulk';
const base = '/api/v2/bulk/userstates';
const stateSchema = z.enum(['ACTIVATED', 'SUSPENDED']);

const stateAnswer = z
  .object({
    id: z.string(),
    systemUserId: z.string(),
    scheduledJobId: z.string(),
    scheduledDate: z.string(),
    state: z.string(),
  })
  .meta({ id: 'scheduleduserstate' });

function shownState({ id, userId, jobId, at, state }: StateChange) {
  return { id, systemUserId: userId, scheduledJobId: jobId, scheduledDate: at.toISOString(), state };
}

/** `filter=state:eq:SUSPENDED` and `filter=systemUserId:eq:…`. Throws invalidQuery (400). */
function filtersOf({ filter }: ListQuery) {
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

const scheduleBody = z
  .looseObject({
    user_ids: z.array(z.string().max(100)).min(1).max(SCHEDULED_USERS_MAX),
    state: stateSchema,
    start_date: z.iso.datetime({ offset: true }),
    send_activation_emails: z.boolean().nullish(),
    activation_email_override: z.union([z.email().max(1_024), z.literal('')]).nullish(),
  })
  .refine(({ state, send_activation_emails: send }) => state === 'ACTIVATED' || send !== true, {
    path: ['send_activation_emails'],
    error: 'goes with the state ACTIVATED',
  })
  .refine(
    ({ user_ids: ids, state, activation_email_override: to }) => !to || (ids.length === 1 && state === 'ACTIVATED'),
    {
      path: ['activation_email_override'],
      error: 'goes with the activation of one user',
    },
  );

const nextQuery = listQuerySchema.extend({ users: z.union([z.string(), z.array(z.string())]) });

export const userStateRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Schedule an activation or a suspension',
      access: 'users.write',
      body: scheduleBody,
      answer: z.array(stateAnswer),
      status: 201,
    },
    async (context, { body }) => {
      const mailTo = body.activation_email_override || null;
      const userIds = [...new Set(body.user_ids)];
      // An address to write to says that a mail is wanted, unless the body says that none is.
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
      summary: 'List what is scheduled, the next first',
      access: 'users.read',
      query: listQuerySchema.extend({ userid: z.string().optional() }),
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
      summary: 'The next activation and the next suspension of each of some users',
      access: 'users.read',
      query: nextQuery,
      answer: z.object({ events_count: z.int(), results: z.array(stateAnswer) }),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const ids = [query.users].flat().flatMap((one) => one.split(','));
      if (ids.length > LOOKED_UP_USERS_MAX) {
        throw new AppError('tooManyValues', `At most ${LOOKED_UP_USERS_MAX} users are looked up at a time.`, {
          attribute: 'users',
        });
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
      summary: 'Take back what was scheduled: all of a job, or the change of one user',
      access: 'users.write',
      params: idParams,
      status: 204,
    },
    async (context, { params }) => await unscheduleStates(identityOf(context).deps, originOf(context), params.id),
  ),
];
