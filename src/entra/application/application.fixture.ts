import type { EntraTenant } from '../source/source-object.ts';
import type { EntraApplication } from './application.ts';
import { guideSchema } from './guide-schema.ts';
import { initialStatus, jobIdOf, type StoredJob } from './job.ts';
import { defaultSettings } from './settings.ts';

/** An application as it is before it is stored. */
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
