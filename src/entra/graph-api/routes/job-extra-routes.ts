import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { settingsEvent } from '../../application/application-events.ts';
import { updateSettings, type UpdatedApplication } from '../../application/applications.ts';
import { secretLabels } from '../../application/saved-secrets.ts';
import type { SettingsChange } from '../../application/settings.ts';
import { compareDirectories } from '../../engine/compare.ts';
import { countEscrows, listEscrows } from '../../engine/escrow-store.ts';
import type { RunEnd } from '../../engine/run-job.ts';
import { redactCode, redactReason, WITHHELD_REASON } from '../../logs/target-details.ts';
import { standInChinese } from '../../texts/stand-in-chinese.ts';
import { TargetError } from '../../wire/target-client.ts';
import { engineDeps } from '../engine-deps.ts';
import type { EntraServices } from '../entra-services.ts';
import { requireConfigured, requireJobOf } from '../find-applications.ts';
import { runChange, contextOf, detailsFor, tenantOf, warnOfDeletedSecrets } from '../graph-context.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { jobPath, listAnswer, resourceAnswer } from './contracts.ts';
import { jobTarget } from './job-routes.ts';

/** The maximum time that a request waits for the end of a cycle. It is shorter than the usual timeouts of proxies. */
const CYCLE_WAIT_MS = 50_000;
const tag = 'Provisioning: what Entra ID does not show';
const base = '/servicePrincipals/:id/synchronization/jobs/:jobId';

export const runCycleBody = z.looseObject({
  /** True to wait for the end of the cycle. After CYCLE_WAIT_MS the response says that the cycle is still running. */
  wait: z.boolean().default(false),
});

async function runCycle(
  context: Context,
  entra: EntraServices,
  path: z.output<typeof jobPath>,
  { wait }: z.output<typeof runCycleBody>,
): Promise<JsonObject> {
  const tenant = await tenantOf(context);
  const { application, job } = await requireJobOf(identityOf(context).deps.database, tenant, path);
  requireConfigured(application);
  const running = entra.cycles.start(engineDeps(context, entra), job.id);
  await runChange(context, async ({ record }) => {
    await record({ type: 'provisioning_cycle_start', target: jobTarget(job, application) });
  });
  const timeout = new AbortController();
  const end = wait
    ? await Promise.race([running, sleep(CYCLE_WAIT_MS, undefined, { signal: timeout.signal })]).finally(() =>
        timeout.abort(),
      )
    : undefined;
  context.reply.code(end === undefined ? 202 : 200);
  return { ...contextOf(context, 'tanhua.cycle'), ...endResource(end) };
}

function endResource(end: RunEnd | undefined): JsonObject {
  if (end === undefined) return { state: 'running' };
  const { kind, cycle } = end;
  const cause = kind === 'quarantine' ? { reason: end.reason, message: end.message } : {};
  return { state: kind, ...cause, cycle: cycle === undefined ? null : { ...cycle, counts: { ...cycle.counts } } };
}

async function changeSettings(
  context: Context,
  path: z.output<typeof jobPath>,
  body: z.output<typeof settingsBody>,
): Promise<UpdatedApplication> {
  const tenant = await tenantOf(context);
  const updated = await runChange(context, async (change) => {
    const { application: before } = await requireJobOf(change.database, tenant, path);
    const result = await updateSettings(change, before, body as SettingsChange);
    const event = settingsEvent(before, result);
    if (event !== undefined) await change.record(event);
    return result;
  });
  warnOfDeletedSecrets(context, updated.deletedSecrets);
  return updated;
}

/** Rejects two settings that only other routes can change. `updateSettings` checks the names and values of all other settings. */
export const settingsBody = z.looseObject({
  displayName: z.undefined({ error: 'cannot be changed here: use PATCH servicePrincipals/{id}' }).optional(),
  intervalMs: z.undefined({ error: 'cannot be changed here: change the schedule of the job' }).optional(),
});

const settingsRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/settings`,
      tag,
      summary: 'Get all settings of the application, including the simulated faults',
      access: 'entra.read',
      params: jobPath,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      const { application } = await requireJobOf(identityOf(context).deps.database, tenant, params);
      return { ...contextOf(context, 'tanhua.settings'), ...application.settings };
    },
  ),
  route(
    {
      method: 'PATCH',
      path: `${base}/settings`,
      tag,
      summary: 'Change settings; the response states the consequence: resync, restart needed, or none',
      access: 'entra.write',
      params: jobPath,
      body: settingsBody,
      answer: resourceAnswer,
    },
    async (context, { params, body }) => {
      const { application, consequence, deletedSecrets } = await changeSettings(context, params, body);
      return {
        ...contextOf(context, 'tanhua.settings'),
        ...application.settings,
        '@tanhua.consequence': consequence,
        ...(deletedSecrets.length > 0 && {
          '@tanhua.deletedSecrets': deletedSecrets.map((name) => secretLabels[name]),
        }),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/escrows`,
      tag,
      summary: 'List the objects and references that failed, and when each is tried again',
      access: 'entra.read',
      params: jobPath,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params, query }) => {
      const { database } = identityOf(context).deps;
      const { job } = await requireJobOf(database, await tenantOf(context), params);
      const { top } = readOptions(query, ['$top']);
      const escrows = await listEscrows(database, job.id, top);
      const counts = await countEscrows(database, job.id);
      const details = detailsFor(context);
      return {
        ...contextOf(context, 'tanhua.escrows'),
        '@odata.count': counts.object + counts.reference,
        value: escrows.map(({ sourceId, type, stage, errorCode, reason, attempts, firstAt, lastAt, nextAt }) => ({
          objectId: sourceId,
          objectTypeName: type,
          stage,
          errorCode: redactCode(details, errorCode),
          reason: redactReason(details, errorCode, reason),
          attempts,
          firstDateTime: firstAt.toISOString(),
          lastDateTime: lastAt.toISOString(),
          nextDateTime: nextAt.toISOString(),
        })),
      };
    },
  ),
];

export const jobExtraRoutes = (entra: EntraServices): readonly Route[] => [
  ...settingsRoutes,
  route(
    {
      method: 'POST',
      path: `${base}/runCycle`,
      tag,
      summary: 'Run one cycle now, regardless of the schedule',
      access: 'entra.write',
      params: jobPath,
      body: runCycleBody,
      bodyOptional: true,
      answer: resourceAnswer,
    },
    async (context, { params, body }) => await runCycle(context, entra, params, body),
  ),
  route(
    {
      method: 'POST',
      path: `${base}/compare`,
      tag,
      summary: 'Compare the target with what the mappings produce from the source, without changing anything',
      access: 'entra.write',
      params: jobPath,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      const { application, job } = await requireJobOf(identityOf(context).deps.database, tenant, params);
      requireConfigured(application);
      try {
        const comparison = await entra.cycles.request(
          async (cut) => await compareDirectories(engineDeps(context, entra), job.id, { cut }),
        );
        return { ...contextOf(context, 'tanhua.comparison'), ...comparison };
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        const recorded = `Comparing failed. ${WITHHELD_REASON}`;
        throw new AppError('targetUnavailable', error.message, {
          cause: error,
          recorded,
          chinese: standInChinese(error.message),
        });
      }
    },
  ),
];
