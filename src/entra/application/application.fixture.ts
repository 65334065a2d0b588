import type { EntraTenant } from '../source/source-object.ts';
import type { EntraApplication } from './application.ts';
import { zeroCounts, type CycleState } from './cycle-state.ts';
import { guideSchema } from './guide-schema.ts';
import { initialStatus, jobIdOf, type StoredJob } from './job.ts';
import { defaultSettings } from './settings.ts';

/** Builds an application and its job, without storing them. */
export function plainApplication({ id: tenantId, organizationId, createdAt }: EntraTenant, id: string, name: string) {
  const application: EntraApplication = {
    id,
    appId: id.replace(/^./, 'f'),
    organizationId,
    tenantId,
    displayName: name,
    settings: { ...defaultSettings, tenantUrl: 'https://directory.example/scim/v2/?aadOptscim062020' },
    sealedSecrets: null,
    secretsNeeded: [],
    createdAt,
    modifiedAt: createdAt,
  };
  const job: StoredJob = {
    id: jobIdOf(tenantId, id),
    organizationId,
    tenantId,
    applicationId: id,
    templateId: 'scim',
    schema: guideSchema,
    settings: {},
    scheduleState: 'Disabled',
    intervalMs: 40 * 60 * 1000,
    status: initialStatus,
    watermark: null,
    nextRunAt: null,
    cycle: null,
    createdAt,
  };
  return { application, job };
}

/** The state of an initial cycle that has just started. */
export const startedCycle: CycleState = {
  id: '5b1f4bd5-1f0e-4b0a-9c64-1f6f3a2a8a11',
  kind: 'initial',
  phase: 'users',
  after: null,
  startedAt: '2026-01-31T12:00:00.000Z',
  from: 0,
  until: 3,
  total: 10,
  done: 0,
  counts: zeroCounts,
};
