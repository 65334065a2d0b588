import { z } from 'zod';
import { idParams, route, type Route } from '#rest-api/route.ts';
import { currentChangeNumber, lockTenant } from '../../source/change-store.ts';
import { applyMixedChange } from '../../source/generator/apply-mixed-change.ts';
import { hires, mixedChanges, type MixedChange } from '../../source/generator/mixed-changes.ts';
import { importObjects } from '../../source/import/import-objects.ts';
import { readSourceCsv } from '../../source/import/read-csv.ts';
import { readGraphExport } from '../../source/import/read-graph-export.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { runChange, contextOf } from '../graph-context.ts';
import { namedTenant, tenantTarget } from './named-tenant.ts';

/** The maximum number of users, and of changes, that one request can generate. The command line can generate more. */
export const GENERATED_MAX = 1_000;
/** The maximum size of the body of an import, in bytes. The command line can import larger files. */
export const IMPORT_BYTES_MAX = 8_388_608;
const SEED_MAX = 2_147_483_647;
const tag = 'Tenants of the stand-in';

const seed = z.int().min(0).max(SEED_MAX).optional();
export const generateBody = z.strictObject({ users: z.int().min(1).max(GENERATED_MAX), seed });
export const changeBody = z.strictObject({ count: z.int().min(1).max(GENERATED_MAX).default(20), seed });
export const importBody = z.strictObject({ csv: z.string().optional(), graph: z.string().optional() });

/** Applies changes to a tenant one by one, with one event in the same transaction, and returns what was done. */
async function apply(
  context: Parameters<typeof runChange>[0],
  id: string,
  type: 'entra_tenant_fill' | 'entra_tenant_change',
  scriptOf: (seed: number) => readonly MixedChange[],
  wantedSeed: number | undefined,
) {
  const tenant = await namedTenant(context, id);
  const result = await runChange(context, async ({ database, clock, record }) => {
    // Concurrent requests do not apply the same seed.
    await lockTenant(database, tenant.id);
    // Each change of the tenant has another number, so that the next request generates something else.
    const seed = wantedSeed ?? (await currentChangeNumber(database, tenant.id)) % SEED_MAX;
    const applied: { readonly kind: string; readonly summary: string }[] = [];
    for (const change of scriptOf(seed)) {
      const done = await applyMixedChange({ database, clock }, tenant, change);
      if (done !== undefined) applied.push(done);
    }
    const changes = [
      { field: 'seed', from: null, to: seed },
      { field: 'applied', from: null, to: applied.length },
    ];
    await record({ type, target: tenantTarget(tenant), changes });
    return { seed, applied };
  });
  return { ...contextOf(context, 'tanhua.appliedChanges'), ...result };
}

const appliedAnswer = z.looseObject({
  seed: z.int(),
  applied: z.array(z.looseObject({ kind: z.string(), summary: z.string() })),
});

export const tenantContentRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/tenants/:id/generate',
      tag,
      summary: 'Add generated users to a tenant, as if they were hired now',
      access: 'entra.write',
      params: idParams,
      body: generateBody,
      answer: appliedAnswer,
    },
    async (context, { params, body }) =>
      await apply(context, params.id, 'entra_tenant_fill', (chosen) => hires(chosen, body.users), body.seed),
  ),
  route(
    {
      method: 'POST',
      path: '/tenants/:id/change',
      tag,
      summary:
        'Apply random changes to a tenant: users are hired, renamed, promoted, disabled and deleted, and groups change',
      access: 'entra.write',
      params: idParams,
      body: changeBody,
      answer: appliedAnswer,
    },
    async (context, { params, body }) =>
      await apply(context, params.id, 'entra_tenant_change', (chosen) => mixedChanges(chosen, body.count), body.seed),
  ),
  route(
    {
      method: 'POST',
      path: '/tenants/:id/import',
      tag,
      summary: 'Import users from a CSV text, or users and groups from an export of Microsoft Graph: all rows, or none',
      access: 'entra.write',
      params: idParams,
      body: importBody,
      answer: z.looseObject({ usersCreated: z.int(), usersUpdated: z.int(), ignored: z.array(z.string()) }),
      bodyBytesMax: IMPORT_BYTES_MAX,
    },
    async (context, { params, body: { csv, graph } }) => {
      if ((csv === undefined) === (graph === undefined)) {
        throw new StandInError('invalidBody', ({ files }) => files.oneFile, { attribute: 'csv' });
      }
      const tenant = await namedTenant(context, params.id);
      const { rows, ignored } = csv === undefined ? readGraphExport(graph ?? '') : readSourceCsv(csv);
      const result = await runChange(context, async ({ database, clock, record }) => {
        const imported = await importObjects({ database, clock }, tenant, rows);
        const changes = Object.entries(imported).map(([field, to]) => ({ field, from: null, to: to as number }));
        await record({ type: 'entra_tenant_import', target: tenantTarget(tenant), changes });
        return imported;
      });
      return { ...contextOf(context, 'tanhua.import'), ...result, ignored };
    },
  ),
];
