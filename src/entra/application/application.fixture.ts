import { openTestDirectory } from '../../../tests/support/directory.ts';
import type { EntraTenant } from '../source/source-object.ts';
import type { ApplicationSettings, EntraApplication } from './application.ts';
import { initialStatus, jobIdOf, type StoredJob } from './job.ts';

/** A tenant in a database of its own. */
export async function openTestTenant() {
  const directory = await openTestDirectory();
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const newTenant = async (id: string, name: string): Promise<EntraTenant> => {
    const createdAt = directory.clock.now();
    const domain = 'contoso.example';
    await database
      .insertInto('entra_tenants')
      .values({
        id,
        organization_id: organizationId,
        name,
        name_key: name.toLowerCase(),
        domain,
        change_number: 0,
        created_at: createdAt.getTime(),
      })
      .execute();
    return { id, organizationId, name, domain, changeNumber: 0, createdAt };
  };
  return {
    database,
    clock: directory.clock,
    tenant: await newTenant('7a1b0c5e-0000-4000-8000-000000000001', 'Contoso'),
    newTenant,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

export type TestTenant = Awaited<ReturnType<typeof openTestTenant>>;

export const plainSettings: ApplicationSettings = {
  tenantUrl: 'https://directory.example/scim/v2/?aadOptscim062020',
  authentication: 'AuthenticationToken',
  credentialLocationInRequest: 'Header',
  scope: 'assigned',
  notificationEmail: null,
  accidentalDeletionThreshold: null,
  skipOutOfScopeDeletions: false,
  membersPerPatch: 1,
  concurrency: 8,
  requestsPerSecond: null,
  requestTimeoutMs: 60_000,
  faults: {
    sendUserAgent: false,
    throttle: null,
    slowReadMs: 0,
    dropEvery: 0,
    duplicateEvery: 0,
    switchIsNull: false,
  },
};

/** An application as it is before it is stored. */
export function plainApplication({ id: tenantId, organizationId, createdAt }: EntraTenant, id: string, name: string) {
  const application: EntraApplication = {
    id,
    appId: id.replace(/^./, 'f'),
    organizationId,
    tenantId,
    displayName: name,
    settings: plainSettings,
    sealedSecrets: null,
    createdAt,
    modifiedAt: createdAt,
  };
  const job: StoredJob = {
    id: jobIdOf(tenantId, id),
    organizationId,
    tenantId,
    applicationId: id,
    templateId: 'scim',
    schema: { directories: [], synchronizationRules: [] },
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
