import { eventError } from '#audit/event-error.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { EventType, Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import { requireUser } from '#directory/system-users.ts';
import { changeUser, targetOf } from '#directory/users.ts';
import {
  deleteStateChange,
  deleteStateChanges,
  findDueStateChanges,
  insertStateChange,
  type StateChange,
} from '#directory/state-change-store.ts';
import { depsOf, type AccountDeps } from './account.ts';
import { sendActivation } from './account-mail.ts';

/** Changes read per batch. */
const DUE_MAX = 100;

const eventTypes = {
  ACTIVATED: { create: 'user_activation_schedule_create', remove: 'user_activation_schedule_delete' },
  SUSPENDED: { create: 'user_suspension_schedule_create', remove: 'user_suspension_schedule_delete' },
} as const satisfies Record<StateChange['state'], Record<'create' | 'remove', EventType>>;

/** Schedules a state change for all given users, or for none. Throws `resourceNotFound` (404), and `invalidValue` (400) for a past time. */
export async function scheduleStates(
  deps: AccountDeps,
  origin: Origin,
  wanted: Pick<StateChange, 'state' | 'at' | 'sendMail' | 'mailTo'> & { readonly userIds: readonly string[] },
): Promise<readonly StateChange[]> {
  const { organizationId } = origin;
  const { userIds, ...change } = wanted;
  if (change.at <= deps.clock.now()) {
    throw new TranslatedError('invalidValue', ({ admin }) => admin.users.startPast(change.at.toISOString()), {
      attribute: 'start_date',
      value: change.at.toISOString(),
    });
  }
  const jobId = newId(deps.clock);
  return await inTransaction(deps.database, async (transaction) => {
    const scheduled: StateChange[] = [];
    for (const userId of userIds) {
      const user = await requireUser({ ...deps, database: transaction }, organizationId, userId);
      scheduled.push(await insertStateChange(transaction, deps.clock, { ...change, organizationId, userId, jobId }));
      await recordEvent(transaction, deps.clock, origin, {
        type: eventTypes[change.state].create,
        target: targetOf(user),
        changes: [{ field: 'state', from: user.state, to: `${change.state} at ${change.at.toISOString()}` }],
      });
    }
    return scheduled;
  });
}

/** Cancels the scheduled change with the given id, or all changes of the job with that id. Throws `notFound` (404). */
export async function unscheduleStates(deps: AccountDeps, origin: Origin, id: string): Promise<void> {
  const { organizationId } = origin;
  await inTransaction(deps.database, async (transaction) => {
    const deleted = await deleteStateChanges(transaction, organizationId, id);
    if (deleted.length === 0)
      throw new TranslatedError('notFound', ({ admin }) => admin.jobs.unknownScheduled(quote(id)));
    for (const change of deleted) {
      await recordEvent(transaction, deps.clock, origin, {
        type: eventTypes[change.state].remove,
        target: { type: 'user', id: change.userId, name: null },
        changes: [{ field: 'state', from: `${change.state} at ${change.at.toISOString()}`, to: null }],
      });
    }
  });
}

/**
 * Carries out the changes that are due, and returns their number. A change and the deletion of its schedule are one transaction, so
 * that the change happens only once.
 */
export async function runDueStates(deps: AccountDeps): Promise<number> {
  for (let done = 0; ;) {
    const due = await findDueStateChanges(deps.database, deps.clock.now(), DUE_MAX);
    for (const change of due) {
      const own = await depsOf(deps, deps.database, change.organizationId);
      await inTransaction(own.database, async (transaction) => {
        if (!(await deleteStateChange(transaction, change.organizationId, change.id))) return;
        await carryOut({ ...own, database: transaction }, change);
      });
    }
    done += due.length;
    if (due.length < DUE_MAX) return done;
  }
}

async function carryOut(deps: AccountDeps, change: StateChange): Promise<void> {
  const origin: Origin = {
    organizationId: change.organizationId,
    actor: { type: 'system', id: null, name: 'schedule' },
    integration: undefined,
    request: undefined,
  };
  try {
    const before = await requireUser(deps, change.organizationId, change.userId);
    // If the schedule includes an email, the rule of the integration must not send a second one.
    const changeDeps = change.sendMail ? { ...deps, welcome: undefined } : deps;
    const user = await changeUser(changeDeps, directoryCaller(origin), change.userId, {
      ignored: [],
      expectedVersion: undefined,
      password: undefined,
      transform: (document) => document,
      unqualified: (names) => names,
      state: () => change.state,
    });
    if (change.state === 'ACTIVATED' && change.sendMail && before.state !== 'ACTIVATED') {
      await sendActivation(deps, deps.database, origin, user, change.mailTo ?? undefined);
    }
  } catch (error) {
    // The user may have been deleted in the meantime, or have no address. The change is not retried, and an event says why it failed.
    if (!(error instanceof AppError)) throw error;
    await recordEvent(deps.database, deps.clock, origin, {
      type: 'request_refused',
      target: { type: 'user', id: change.userId, name: null },
      error: eventError(error, 'rest'),
    });
  }
}
