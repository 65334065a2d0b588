import { listEvents } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { inRolledBackTransaction, RolledBack, type Database } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { findGroup, setGroupDeleted, setGroupRestored } from '#directory/group-store.ts';
import type { DirectoryDeps, Written, WriteEffect } from '#directory/stored.ts';
import { decidingRules } from '#directory/deciding-rules.ts';
import { findDeletedUser, findUser, setUserDeleted } from '#directory/user-store.ts';
import { updateUser } from '#directory/user-write-store.ts';
import { refusingRules, ruleValues, type RuleValue } from '#integrations/deciding-rule.ts';
import type { Integration } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import type { Query } from '../query.ts';
import type { Scope } from '../resource-endpoint.ts';
import { create, patch, remove, replace } from '../resource-operations.ts';
import { errorBody } from '../scim-error.ts';
import { resourcePath } from '../scim-path.ts';

/** The maximum number of events of one evaluation that are returned. */
export const EVENTS_MAX = 50;

const runners = { POST: create, PUT: replace, PATCH: patch, DELETE: remove } as const;

export type WriteMethod = keyof typeof runners;

/** A SCIM request that creates, changes or deletes one user or group. */
export interface SentWrite {
  readonly method: WriteMethod;
  readonly type: ResourceTypeName;
  /** Empty for a POST. */
  readonly id: string;
  readonly query: Query;
  readonly body: JsonValue | undefined;
  readonly ifMatch: string | undefined;
}

/** What the directory would do with a request. */
export interface Evaluation {
  readonly decision: WriteEffect | 'refused';
  /** The status and the body of the answer. The id and the times of a created resource differ with each evaluation. */
  readonly status: number;
  readonly answer: JsonObject | undefined;
  readonly error: AppError | undefined;
  /** The rules that decide what would happen: the one that refuses the request, or those that decide its effect. */
  readonly rules: readonly RuleValue[];
  readonly ignored: readonly IgnoredAttribute[];
  /** The resource that would be written; undefined for a refused request. */
  readonly target: { readonly id: string; readonly name: string } | undefined;
  /** The events that would be recorded, newest first, in the format of the REST API. */
  readonly events: readonly JsonObject[];
}

export interface EvaluationDeps {
  readonly deps: DirectoryDeps;
  /** The URL of the SCIM endpoints, without a trailing slash. */
  readonly baseUrl: string;
  /** The integration that sends the request. Its rules apply. */
  readonly integration: Integration;
}

/**
 * What is assumed about a resource: an evaluation of its creation needs a directory without it, and an evaluation of its deletion a
 * directory with it.
 */
export interface Assumption {
  readonly type: ResourceTypeName;
  readonly id: string;
  readonly exists: boolean;
  /** True for a user whom the request suspended: the evaluation needs a directory in which the user is active. */
  readonly isActive?: boolean | undefined;
}

/** Thrown if a deleted resource cannot be assumed to exist, because another one has its names now. The evaluation is not tried again. */
export class AssumptionError extends RolledBack {}

/**
 * Returns what the directory would do with a request now, without changing anything: the request runs in a transaction that is rolled
 * back. Emails are not evaluated. Rejects with an AssumptionError, and with anything but an AppError that the request itself caused.
 *
 * @param assumed What is assumed about the resource of a request that was accepted before.
 * @param eventsMax The maximum number of events in the result. Only tests set another number than EVENTS_MAX.
 * @example
 * const { decision, error } = await evaluateWrite(context, { method: 'POST', type: 'User', id: '', query: {}, body, ifMatch: undefined });
 */
export async function evaluateWrite(
  context: EvaluationDeps,
  sent: SentWrite,
  assumed?: Assumption,
  eventsMax = EVENTS_MAX,
): Promise<Evaluation> {
  const { deps, baseUrl, integration } = context;
  const { organizationId } = integration;
  const origin = originOf(deps, integration, sent);
  return await inRolledBackTransaction(deps.database, organizationId, async (transaction) => {
    const own: DirectoryDeps = { ...deps, database: transaction, welcome: undefined, accountChanged: undefined };
    if (assumed !== undefined) await assume(own, organizationId, assumed);
    // A deletion that was accepted met its condition. The version of the restored resource is a later one.
    const ifMatch = assumed?.exists === true ? undefined : sent.ifMatch;
    let written: Written | undefined;
    const scope: Scope = {
      deps: own,
      caller: { origin, rules: integration.rules },
      baseUrl,
      isEvaluation: true,
      observer: {
        noteWrite: async (_transaction, _origin, write) => {
          ({ written } = write);
        },
        noteSearch: () => undefined,
        noteRule: () => undefined,
      },
    };
    try {
      const settings = await findSettings(transaction, organizationId);
      const outcome = await runners[sent.method](scope, { ...sent, ifMatch, ifNoneMatch: undefined });
      return {
        decision: written?.effect ?? 'unchanged',
        status: outcome.status,
        answer: outcome.resource?.body,
        error: undefined,
        rules: written === undefined ? [] : ruleValues(decidingRules(written, settings), integration.rules),
        ignored: outcome.ignored ?? [],
        target: written && targetOf(written),
        events: await eventsOf(transaction, origin, eventsMax),
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.isOutage || error.code === 'internal') throw error;
      return refusedEvaluation(error, integration.rules, await eventsOf(transaction, origin, eventsMax));
    }
  });
}

/** Returns the evaluation of a request that the directory would refuse with an error. */
export function refusedEvaluation(error: AppError, rules: Rules, events: Evaluation['events']): Evaluation {
  return {
    decision: 'refused',
    status: error.definition.status,
    answer: errorBody(error),
    error,
    rules: refusingRules(error, rules),
    ignored: [],
    target: undefined,
    events,
  };
}

function originOf({ clock }: DirectoryDeps, { organizationId, id, name }: Integration, sent: SentWrite): Origin {
  return {
    organizationId,
    actor: { type: 'integration', id, name },
    integration: { id, name },
    request: {
      id: newId(clock),
      method: sent.method,
      path: resourcePath(sent.type, sent.id),
      clientIp: '',
      userAgent: undefined,
      client: undefined,
      authMethod: 'none',
    },
  };
}

/**
 * Deletes, restores or activates a resource, in the transaction of the evaluation. Does nothing if the resource is already as assumed. Throws an
 * AssumptionError.
 */
async function assume(deps: DirectoryDeps, organizationId: string, { type, id, exists, isActive }: Assumption) {
  const { database, clock } = deps;
  const now = clock.now();
  if (exists) {
    try {
      if (type === 'Group') await setGroupRestored(database, organizationId, id, now);
      const deleted = type === 'User' ? await findDeletedUser(database, organizationId, id, new Date(0)) : undefined;
      if (deleted !== undefined) await setUserDeleted(database, deleted, null, now);
    } catch (error) {
      if (violatedColumns(error) === undefined) throw error;
      throw new AssumptionError('Another resource has the names of the deleted one.');
    }
    const user = isActive === true ? await findUser(database, organizationId, id) : undefined;
    if (user?.state !== 'SUSPENDED') return;
    await updateUser(deps, database, user, { ...user, state: 'ACTIVATED', passwordHash: undefined, at: now });
    return;
  }
  if (type === 'Group') {
    if ((await findGroup(database, organizationId, id)) !== undefined) await setGroupDeleted(database, id, now);
    return;
  }
  const user = await findUser(database, organizationId, id);
  if (user !== undefined) await setUserDeleted(database, user, now, now);
}

function targetOf({ type, resource }: Written) {
  return { id: resource.id, name: type === 'User' ? resource.userName : resource.displayName };
}

async function eventsOf(
  transaction: Database,
  { organizationId, request }: Origin,
  limit: number,
): Promise<readonly JsonObject[]> {
  const events = await listEvents(transaction, { organizationId, request: request?.id, limit });
  return events as readonly JsonObject[];
}
