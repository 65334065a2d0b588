import { z } from 'zod';
import { quote } from '#base/errors.ts';
import type { FieldChange } from '#audit/event-types.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { presets, updateSettings } from '../../application/applications.ts';
import type { EntraApplication } from '../../application/application.ts';
import { findJobOfApplication, insertJob, updateJob } from '../../application/job-store.ts';
import { initialStatus, jobIdOf, type StoredJob } from '../../application/job.ts';
import { INTERVAL_DEFAULT_MS } from '../../application/settings.ts';
import { pauseJob, startJob } from '../../engine/control-job.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { requireApplication, requireJobOf } from '../find-applications.ts';
import { runChange, contextOf, detailsFor, type GraphChange, graphUrl, tenantOf } from '../graph-context.ts';
import { deleteJobRow } from '../job-rows-store.ts';
import { optionsQuery } from '../odata/query-options.ts';
import { readDuration } from '../resources/duration.ts';
import { DELETES_THRESHOLD, jobResource } from '../resources/job-resource.ts';
import { jobPath, listAnswer, pathId, resourceAnswer } from './contracts.ts';

const tag = 'Provisioning';
const base = '/servicePrincipals/:id/synchronization';
/** The current name and the former names of the only job template (§3.10). */
const templateNames: ReadonlySet<string> = new Set(['scim', 'customappsso', 'isvonboarding']);
const SETTINGS_MAX = 50;

export const newJobBody = z.looseObject({
  templateId: z.string(),
  /** The mappings that the job starts with (not in Graph). */
  preset: z.enum(['entra', 'guide']).optional(),
});

export const jobChangeBody = z.looseObject({
  schedule: z
    .looseObject({
      interval: z.string().max(50).optional(),
      state: z.enum(['Active', 'Paused', 'Disabled']).optional(),
    })
    .optional(),
  synchronizationJobSettings: z
    .array(z.looseObject({ name: z.string().min(1).max(100), value: z.string().max(1_000).nullable() }))
    .max(SETTINGS_MAX)
    .optional(),
});

export function jobTarget({ id }: Pick<StoredJob, 'id'>, { displayName }: Pick<EntraApplication, 'displayName'>) {
  return { type: 'provisioning_job', id, name: displayName } as const;
}

/** Returns the job that was created with the application, or creates a job if there is none. Throws `conflict` if the job was started. */
async function create(context: Context, id: string, { templateId, preset }: z.output<typeof newJobBody>) {
  const tenant = await tenantOf(context);
  if (!templateNames.has(templateId.toLowerCase())) {
    throw new StandInError('invalidValue', ({ jobs }) => jobs.noTemplate(quote(templateId)), {
      attribute: 'templateId',
      value: templateId,
    });
  }
  return await runChange(context, async (change) => {
    const application = await requireApplication(change.database, tenant, id);
    const existing = await findJobOfApplication(change.database, application.id);
    if (existing !== undefined && (existing.status.code !== 'NotRun' || existing.scheduleState !== 'Disabled')) {
      const [name, job] = [quote(application.displayName), quote(existing.id)];
      throw new StandInError('conflict', ({ jobs }) => jobs.present(name, job), { attribute: 'templateId' });
    }
    const job = existing ?? (await insertNewJob(change, application));
    const schema = preset === undefined ? job.schema : presets[preset];
    if (schema !== job.schema) await updateJob(change.database, job.id, { schema });
    if (existing === undefined) {
      await change.record({ type: 'provisioning_job_create', target: jobTarget(job, application) });
    }
    return { application, job };
  });
}

async function insertNewJob({ database, clock }: GraphChange, application: EntraApplication): Promise<StoredJob> {
  const { id, organizationId, tenantId } = application;
  const job: StoredJob = {
    id: jobIdOf(tenantId, id),
    organizationId,
    tenantId,
    applicationId: id,
    templateId: 'scim',
    schema: presets.entra,
    settings: {},
    scheduleState: 'Disabled',
    intervalMs: INTERVAL_DEFAULT_MS,
    status: initialStatus,
    watermark: null,
    nextRunAt: null,
    cycle: null,
    createdAt: clock.now(),
  };
  await insertJob(database, job);
  return job;
}

type JobChange = z.output<typeof jobChangeBody>;

async function applyJobChange(
  change: GraphChange,
  { application, job }: { readonly application: EntraApplication; readonly job: StoredJob },
  { schedule, synchronizationJobSettings: settings = [] }: JobChange,
): Promise<void> {
  const changes: FieldChange[] = [];
  if (schedule?.interval !== undefined) {
    const intervalMs = readDuration(schedule.interval, 'schedule.interval');
    await updateSettings(change, application, { intervalMs });
    if (intervalMs !== job.intervalMs) changes.push({ field: 'interval', from: job.intervalMs, to: intervalMs });
  }
  const [threshold] = settings.filter(({ name }) => name === DELETES_THRESHOLD);
  if (threshold !== undefined) {
    const accidentalDeletionThreshold = threshold.value === null ? null : Number(threshold.value);
    await updateSettings(change, application, { accidentalDeletionThreshold });
  }
  const settingValues = new Map(settings.filter((one) => one !== threshold).map(({ name, value }) => [name, value]));
  if (settingValues.size > 0) {
    const merged = Object.entries({ ...job.settings, ...Object.fromEntries(settingValues) });
    const kept = merged.filter((entry): entry is [string, string] => entry[1] !== null);
    await updateJob(change.database, job.id, { settings: Object.fromEntries(kept) });
  }
  changes.push(...settings.map(({ name, value }) => ({ field: name, from: job.settings[name] ?? null, to: value })));
  if (schedule?.state !== undefined && schedule.state !== job.scheduleState) {
    await (schedule.state === 'Active' ? startJob(change, job.id) : pauseJob(change, job.id));
    if (schedule.state === 'Disabled') await updateJob(change.database, job.id, { scheduleState: 'Disabled' });
    changes.push({ field: 'state', from: job.scheduleState, to: schedule.state });
  }
  if (changes.length > 0) {
    await change.record({ type: 'provisioning_job_update', target: jobTarget(job, application), changes });
  }
}

export const jobRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/templates`,
      tag,
      summary: 'List the templates of jobs; there is only one',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params }) => {
      const { database } = identityOf(context).deps;
      const application = await requireApplication(database, await tenantOf(context), params.id);
      const template = {
        id: 'scim',
        applicationId: application.appId,
        default: true,
        description: 'Provisioning to any application that has a SCIM 2.0 server',
        discoverable: true,
        factoryTag: 'customappsso',
        metadata: [],
      };
      return {
        ...contextOf(context, `servicePrincipals('${application.id}')/synchronization/templates`),
        value: [template],
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/jobs`,
      tag,
      summary: 'List the job of an application',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params }) => {
      const { database, clock } = identityOf(context).deps;
      const application = await requireApplication(database, await tenantOf(context), params.id);
      const job = await findJobOfApplication(database, application.id);
      return {
        ...contextOf(context, `servicePrincipals('${application.id}')/synchronization/jobs`),
        value:
          job === undefined ? [] : [jobResource(job, application, { now: clock.now(), details: detailsFor(context) })],
      };
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/jobs`,
      tag,
      summary: 'Create the job of an application',
      access: 'entra.write',
      params: pathId,
      body: newJobBody,
      answer: resourceAnswer,
      status: 201,
    },
    async (context, { params, body }) => {
      const { application, job } = await create(context, params.id, body);
      context.reply.header(
        'location',
        `${graphUrl(context)}/servicePrincipals/${application.id}/synchronization/jobs/${job.id}`,
      );
      return {
        ...contextOf(context, `servicePrincipals('${application.id}')/synchronization/jobs/$entity`),
        ...jobResource(job, application, {
          now: identityOf(context).deps.clock.now(),
          details: detailsFor(context),
        }),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/jobs/:jobId`,
      tag,
      summary: 'Get a job with its schedule, its status and the current cycle',
      access: 'entra.read',
      params: jobPath,
      query: optionsQuery,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const { database, clock } = identityOf(context).deps;
      const { application, job } = await requireJobOf(database, await tenantOf(context), params);
      return {
        ...contextOf(context, `servicePrincipals('${application.id}')/synchronization/jobs/$entity`),
        ...jobResource(job, application, { now: clock.now(), details: detailsFor(context) }),
      };
    },
  ),
  route(
    {
      method: 'PATCH',
      path: `${base}/jobs/:jobId`,
      tag,
      summary: 'Change the schedule and the settings of a job',
      access: 'entra.write',
      params: jobPath,
      body: jobChangeBody,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        await applyJobChange(change, await requireJobOf(change.database, tenant, params), body);
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/jobs/:jobId`,
      tag,
      summary: 'Delete a job with its links, its mappings and its logs',
      access: 'entra.write',
      params: jobPath,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const { application, job } = await requireJobOf(change.database, tenant, params);
        await deleteJobRow(change.database, job.id);
        await change.record({ type: 'provisioning_job_delete', target: jobTarget(job, application) });
      });
    },
  ),
];
