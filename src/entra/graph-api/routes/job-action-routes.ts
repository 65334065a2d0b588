import { z } from 'zod';
import { quote } from '#base/errors.ts';
import type { EventType, FieldChange } from '#audit/event-types.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { mappedObjects } from '../../application/mapped-objects.ts';
import type { StoredJob } from '../../application/job.ts';
import {
  allowDeletes,
  pauseJob,
  resetScopes,
  restartJob,
  startJob,
  type ResetScope,
} from '../../engine/control-job.ts';
import { provisionOnDemand, type OnDemandSubject } from '../../engine/on-demand.ts';
import { engineDeps } from '../engine-deps.ts';
import { redactExchange } from '../../logs/target-details.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import type { EntraServices } from '../entra-services.ts';
import { requireConfigured, requireJobOf } from '../find-applications.ts';
import { runChange, contextOf, tenantOf, type GraphChange } from '../graph-context.ts';
import { jobPath, resourceAnswer } from './contracts.ts';
import { jobTarget } from './job-routes.ts';
import { ON_DEMAND_REQUESTS_MAX, ON_DEMAND_WINDOW_MS } from '../on-demand-limit.ts';

const tag = 'Provisioning';
const base = '/servicePrincipals/:id/synchronization/jobs/:jobId';
type JobPath = z.output<typeof jobPath>;

export const restartBody = z.looseObject({
  criteria: z.looseObject({ resetScope: z.string().max(200).optional() }).nullish(),
});

const subject = z.looseObject({
  objectId: z.guid(),
  objectTypeName: z.string().max(100),
  links: z
    .looseObject({
      members: z
        .array(z.looseObject({ objectId: z.guid() }))
        .max(100)
        .nullish(),
    })
    .nullish(),
});

export const onDemandBody = z.looseObject({
  parameters: z
    .array(z.looseObject({ ruleId: z.string().max(200).optional(), subjects: z.array(subject).length(1) }))
    .length(1),
});

async function control(
  context: Context,
  path: JobPath,
  type: EventType,
  work: (change: GraphChange, job: StoredJob) => Promise<readonly FieldChange[] | void>,
): Promise<void> {
  const tenant = await tenantOf(context);
  await runChange(context, async (change) => {
    const { application, job } = await requireJobOf(change.database, tenant, path);
    if (type !== 'provisioning_pause') requireConfigured(application);
    const changes = await work(change, job);
    await change.record({ type, target: jobTarget(job, application), ...(changes !== undefined && { changes }) });
  });
}

/**
 * Reads a comma-separated, case-insensitive list of reset scopes. Without a scope, returns Full, as in Graph. Throws `invalidValue` for an
 * unknown scope.
 *
 * @example
 * readResetScopes('Watermark, escrows'); // Set { 'Watermark', 'Escrows' }
 */
export function readResetScopes(text: string | undefined): ReadonlySet<ResetScope> {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const wanted = names.filter((name) => name !== '');
  const scopes = wanted.map((name): ResetScope => {
    const known = resetScopes.find((scope) => scope.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    throw new StandInError('invalidValue', ({ jobs }) => jobs.resetScope(quote(name), resetScopes.join(', ')), {
      attribute: 'criteria.resetScope',
      value: name,
    });
  });
  return new Set<ResetScope>(scopes.length === 0 ? ['Full'] : scopes);
}

function readSubject({ parameters }: z.output<typeof onDemandBody>, { schema }: StoredJob): OnDemandSubject {
  const [parameter] = parameters;
  const [first] = parameter?.subjects ?? [];
  if (parameter === undefined || first === undefined) {
    throw new StandInError('invalidBody', (texts) => texts.onDemand.noSubject);
  }
  const { objectId, objectTypeName, links } = first;
  const type = (['User', 'Group'] as const).find((one) => one.toLowerCase() === objectTypeName.toLowerCase());
  if (type === undefined) {
    throw new StandInError('invalidValue', (texts) => texts.onDemand.type(quote(objectTypeName)), {
      attribute: 'objectTypeName',
      value: objectTypeName,
    });
  }
  const { ruleId } = parameter;
  const rules = mappedObjects(schema).filter(({ mapping }) => mapping.sourceObjectName === type);
  if (ruleId !== undefined && !rules.some(({ rule }) => rule.id === ruleId)) {
    const known = rules.map(({ rule }) => rule.id).join(', ');
    throw new StandInError('invalidValue', (texts) => texts.onDemand.rule(quote(ruleId), type, known), {
      attribute: 'ruleId',
      value: ruleId,
    });
  }
  const memberIds = (links?.members ?? []).map((member) => member.objectId.toLowerCase());
  return { type, objectId: objectId.toLowerCase(), memberIds };
}

async function onDemand(
  context: Context,
  entra: EntraServices,
  path: JobPath,
  body: z.output<typeof onDemandBody>,
): Promise<unknown> {
  const tenant = await tenantOf(context);
  const { application, job } = await requireJobOf(identityOf(context).deps.database, tenant, path);
  const wanted = readSubject(body, job);
  requireConfigured(application);
  const retryAfter = entra.onDemand.take(job.id);
  if (retryAfter !== undefined) {
    throw new StandInError(
      'tooManyRequests',
      (texts) => texts.onDemand.tooMany(ON_DEMAND_REQUESTS_MAX, ON_DEMAND_WINDOW_MS / 1_000, retryAfter),
      { retryAfterSeconds: retryAfter },
    );
  }
  const { key, value, exchanges, stepExchanges } = await entra.cycles.request(
    async (cut) => await provisionOnDemand(engineDeps(context, entra), job.id, wanted, cut),
  );
  await runChange(context, async ({ record }) => {
    await record({
      type: 'provisioning_on_demand',
      target: jobTarget(job, application),
      changes: [{ field: wanted.type, from: wanted.objectId, to: key.result }],
    });
  });
  return {
    ...contextOf(context, 'microsoft.graph.stringKeyStringValuePair'),
    // As in Graph, `key` and `value` are strings that contain JSON.
    key: JSON.stringify(key),
    value: JSON.stringify(value),
    '@tanhua.exchanges': exchanges.map((exchange) => redactExchange('quoted', exchange)),
    '@tanhua.stepExchanges': stepExchanges,
  };
}

const controlRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: `${base}/start`,
      tag,
      summary: 'Start provisioning',
      access: 'entra.write',
      params: jobPath,
    },
    async (context, { params }) => {
      await control(context, params, 'provisioning_start', (change, { id }) => startJob(change, id));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/pause`,
      tag,
      summary: 'Pause provisioning',
      access: 'entra.write',
      params: jobPath,
    },
    async (context, { params }) => {
      await control(context, params, 'provisioning_pause', (change, { id }) => pauseJob(change, id));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/restart`,
      tag,
      summary: 'Reset what criteria.resetScope names, and start provisioning again',
      access: 'entra.write',
      params: jobPath,
      body: restartBody,
      bodyOptional: true,
    },
    async (context, { params, body }) => {
      const scopes = readResetScopes(body.criteria?.resetScope);
      await control(context, params, 'provisioning_restart', async (change, { id }) => {
        await restartJob(change, id, scopes);
        return [{ field: 'resetScope', from: null, to: [...scopes].join(', ') }];
      });
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/allowDeletes`,
      tag,
      summary: 'Allow the deletes that the threshold holds back (a button in the portal; not in Graph)',
      access: 'entra.write',
      params: jobPath,
    },
    async (context, { params }) => {
      await control(context, params, 'provisioning_deletes_allowed', (change, { id }) => allowDeletes(change, id));
    },
  ),
];

export const jobActionRoutes = (entra: EntraServices): readonly Route[] => [
  ...controlRoutes,
  route(
    {
      method: 'POST',
      path: `${base}/provisionOnDemand`,
      tag,
      summary: 'Provision a user, or a group with a few of its members, immediately',
      access: 'entra.write',
      params: jobPath,
      body: onDemandBody,
      answer: resourceAnswer.extend({ key: z.string(), value: z.string() }),
    },
    async (context, { params, body }) => await onDemand(context, entra, params, body),
  ),
];
