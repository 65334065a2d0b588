import { z } from 'zod';
import { SECRET_MASK } from '#outbound/bound-secret.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { applicationTarget } from '../../application/application-events.ts';
import type { ApplicationSecrets, EntraApplication } from '../../application/application.ts';
import { openSecrets, updateSettings } from '../../application/applications.ts';
import { compileSchema } from '../../application/compile-schema.ts';
import { findJobOfApplication, updateJob } from '../../application/job-store.ts';
import type { StoredJob } from '../../application/job.ts';
import { changeSecrets, deletedSecretChanges } from '../../application/saved-secrets.ts';
import { withSettings } from '../../application/settings.ts';
import { redactExchange, WITHHELD_REASON } from '../../logs/target-details.ts';
import { validateCredentials } from '../../wire/validate-credentials.ts';
import { standInChinese } from '../../texts/stand-in-chinese.ts';
import { standInTexts } from '../../texts/stand-in-texts.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { keyValues, readConnection, writeConnection } from '../connection-settings.ts';
import type { EntraServices } from '../entra-services.ts';
import { isConfigured, requireApplication, requireJobOf } from '../find-applications.ts';
import { runChange, contextOf, tenantOf, warnOfDeletedSecrets } from '../graph-context.ts';
import { GraphError } from '../graph-error.ts';
import { jobPath, listAnswer, pathId } from './contracts.ts';

const tag = 'Provisioning';
export const secretsBody = z.looseObject({ value: keyValues });
export const validateBody = z.looseObject({
  credentials: keyValues.optional(),
  useSavedCredentials: z.boolean().optional(),
});
type Pairs = z.output<typeof keyValues>;

/**
 * Saves the values of the pairs. Values that are not in the pairs, and masked secrets, stay unchanged. If BaseAddress or
 * Oauth2TokenExchangeUri changes, deletes the saved secrets that were entered for the old URL. The Warning header and the event name the
 * deleted secrets.
 */
async function save(context: Context, id: string, pairs: Pairs): Promise<void> {
  const tenant = await tenantOf(context);
  const { settings, secrets, jobSettings } = readConnection(pairs);
  const deleted = await runChange(context, async (change) => {
    const before = await requireApplication(change.database, tenant, id);
    const { application, deletedSecrets } = await updateSettings(change, before, settings, secrets);
    if (Object.keys(jobSettings).length > 0) {
      const job = await findJobOfApplication(change.database, application.id);
      if (job !== undefined)
        await updateJob(change.database, job.id, { settings: { ...job.settings, ...jobSettings } });
    }
    await change.record({
      type: 'provisioning_credentials_update',
      target: applicationTarget(application),
      // The event contains the keys, but never the values.
      changes: [
        ...pairs.map(({ key }) => ({ field: key, from: null, to: SECRET_MASK })),
        ...deletedSecretChanges(deletedSecrets),
      ],
    });
    return deletedSecrets;
  });
  warnOfDeletedSecrets(context, deleted);
}

/** Returns the attributes that Test Connection filters by: the matching attributes of the mappings. */
function matchingOf({ schema }: StoredJob): { readonly user: string; readonly group: string | null } {
  const enabled = compileSchema(schema).filter(({ enabled }) => enabled);
  const of = (type: 'User' | 'Group') => enabled.find(({ sourceType }) => sourceType === type)?.matching[0]?.target;
  return { user: of('User') ?? 'userName', group: of('Group') ?? null };
}

function connectionToTest(
  application: EntraApplication,
  saved: ApplicationSecrets,
  pairs: Pairs | undefined,
): Pick<EntraApplication, 'settings' | 'secretsNeeded'> & { readonly secrets: ApplicationSecrets } {
  if (pairs === undefined) return { ...application, secrets: saved };
  const { settings: change, secrets: given } = readConnection(pairs);
  const settings = withSettings(application.settings, change);
  // Only the given secrets are tested: a secret that is not given counts as missing, and a masked secret has its saved value.
  const all = { secretToken: null, oauth2ClientId: null, oauth2ClientSecret: null, oauth2TokenExchangeUri: null };
  const { secrets } = changeSecrets({ ...application, secrets: saved }, settings, { ...all, ...given });
  return { settings, secrets, secretsNeeded: [] };
}

async function validate(
  context: Context,
  { wire, access }: EntraServices,
  path: z.output<typeof jobPath>,
  body: z.output<typeof validateBody>,
): Promise<void> {
  const tenant = await tenantOf(context);
  const { database, clock, secrets: box } = identityOf(context).deps;
  const { application, job } = await requireJobOf(database, tenant, path);
  if (body.useSavedCredentials !== true && body.credentials === undefined) {
    throw new StandInError('invalidBody', ({ applications }) => applications.noCredentials, {
      attribute: 'credentials',
    });
  }
  const pairs = body.useSavedCredentials === true ? undefined : body.credentials;
  const connection = connectionToTest(application, openSecrets(box, application), pairs);
  if (!isConfigured(connection)) {
    throw new GraphError('credentialsRefused', standInTexts.connection.missingUrl, {
      graphCode: 'RequestMissingRequiredParameter',
      chinese: standInChinese(standInTexts.connection.missingUrl),
      attribute: 'BaseAddress',
    });
  }
  const result = await validateCredentials({ ...connection, clock, ...access, ...wire }, matchingOf(job));
  if (result.ok) return;
  const exchanges = result.exchanges.map((exchange) => redactExchange('quoted', exchange));
  throw new GraphError('credentialsRefused', result.message, {
    graphCode: result.code === 'CredentialValidationUnavailable' ? result.code : 'InvalidCredentials',
    chinese: standInChinese(result.message),
    recorded: `Test Connection failed. ${WITHHELD_REASON}`,
    inner: { code: result.code, exchanges: JSON.parse(JSON.stringify(exchanges)) },
  });
}

/** Returns a route that saves pairs. Two routes save the same pairs, because two pages of the portal do. */
function saveRoute(method: 'PUT' | 'PATCH', name: string, summary: string): Route {
  return route(
    {
      method,
      path: `/servicePrincipals/:id/synchronization/${name}`,
      tag,
      summary,
      access: 'entra.write',
      params: pathId,
      body: secretsBody,
    },
    async (context, { params, body }) => {
      await save(context, params.id, body.value);
    },
  );
}

export const secretRoutes = (entra: EntraServices): readonly Route[] => [
  route(
    {
      method: 'GET',
      path: '/servicePrincipals/:id/synchronization/secrets',
      tag,
      summary: 'Get the connection settings of the application, with secrets masked',
      access: 'entra.read',
      params: pathId,
      answer: listAnswer,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      const { database, secrets: box } = identityOf(context).deps;
      const application = await requireApplication(database, tenant, params.id);
      const job = await findJobOfApplication(database, application.id);
      return {
        ...contextOf(context, 'Collection(microsoft.graph.synchronizationSecretKeyStringValuePair)'),
        value: writeConnection(application.settings, openSecrets(box, application), job),
      };
    },
  ),
  saveRoute('PUT', 'secrets', 'Save the Tenant URL, the secrets, the scope and the notifications'),
  saveRoute(
    'PATCH',
    'connectivityParameters',
    'Save how the connection is authenticated, as the Connectivity page does',
  ),
  route(
    {
      method: 'POST',
      path: '/servicePrincipals/:id/synchronization/jobs/:jobId/validateCredentials',
      tag,
      summary: 'Test the connection, as Test Connection does in the portal',
      access: 'entra.write',
      params: jobPath,
      body: validateBody,
    },
    async (context, { params, body }) => {
      await validate(context, entra, params, body);
    },
  ),
];
