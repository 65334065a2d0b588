import { z } from 'zod';
import { newId } from '#base/ids.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { applicationTarget } from '../../application/application-events.ts';
import { hashClientSecret, newClientSecret } from '../../sign-in/client-secret.ts';
import { signInFaultBody, type SignInFault } from '../../sign-in/sign-in-fault.ts';
import {
  findTenantFault,
  findUserFault,
  updateClientSecret,
  updateTenantFault,
  updateUserFault,
} from '../../sign-in/sign-in-store.ts';
import { upnOf } from '../../source/source-users.ts';
import { requireApplication } from '../find-applications.ts';
import { requireUser } from '../find-objects.ts';
import { contextOf, runChange, tenantOf } from '../graph-context.ts';
import { pathId, resourceAnswer } from './contracts.ts';
import { namedTenant, tenantTarget } from './named-tenant.ts';

const tag = 'Sign-in of the stand-in';
const secretHintLength = 3;

function faultResource(context: Context, fault: SignInFault | null) {
  return { ...contextOf(context, 'tanhua.signInFault'), fault };
}

/** Sets the fault of a tenant or of a user; null removes it. */
const faultBody = z.strictObject({ fault: signInFaultBody.nullable() });

const faultOfTenant: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/tenants/:id/signInFault',
      tag,
      summary: 'Get the simulated fault of all sign-ins to a tenant',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const { id } = await namedTenant(context, params.id);
      return faultResource(context, await findTenantFault(identityOf(context).deps.database, id));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/tenants/:id/signInFault',
      tag,
      summary: 'Let all sign-ins to a tenant fail, wait, hang, or return other ids',
      access: 'entra.write',
      params: pathId,
      body: faultBody,
      answer: resourceAnswer,
    },
    async (context, { params, body: { fault } }) => {
      const tenant = await namedTenant(context, params.id);
      await runChange(context, async ({ database, record }) => {
        const before = await findTenantFault(database, tenant.id);
        await updateTenantFault(database, tenant.id, fault);
        const changes = [{ field: 'signInFault', from: before, to: fault }];
        await record({ type: 'entra_tenant_update', target: tenantTarget(tenant), changes });
      });
      return faultResource(context, fault);
    },
  ),
];

const faultOfUser: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/users/:id/signInFault',
      tag,
      summary: 'Get the simulated fault of the sign-ins of a user',
      access: 'entra.read',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const { id } = await requireUser(database, tenant, params.id);
      return faultResource(context, await findUserFault(database, tenant.id, id));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/users/:id/signInFault',
      tag,
      summary: 'Let the sign-ins of a user fail, wait, hang, or return other ids',
      access: 'entra.write',
      params: pathId,
      body: faultBody,
      answer: resourceAnswer,
    },
    async (context, { params, body: { fault } }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async ({ database, record }) => {
        const user = await requireUser(database, tenant, params.id);
        const before = await findUserFault(database, tenant.id, user.id);
        await updateUserFault(database, tenant.id, user.id, fault);
        await record({
          type: 'entra_user_update',
          target: { type: 'entra_user', id: user.id, name: upnOf(user) },
          changes: [{ field: 'signInFault', from: before, to: fault }],
        });
      });
      return faultResource(context, fault);
    },
  ),
];

/** Sets or removes the client secret of an application, with its event. */
async function saveClientSecret(context: Context, id: string, secret: string | null): Promise<void> {
  const tenant = await tenantOf(context);
  await runChange(context, async ({ database, record }) => {
    const application = await requireApplication(database, tenant, id);
    await updateClientSecret(database, application.id, secret === null ? null : hashClientSecret(secret));
    await record({
      type: 'application_update',
      target: applicationTarget(application),
      changes: [{ field: 'clientSecret', from: null, to: secret === null ? null : SECRET_MASK }],
    });
  });
}

const clientSecrets: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/servicePrincipals/:id/addPassword',
      tag,
      summary: 'Create the client secret of an application, which replaces the one before and is shown once',
      access: 'entra.write',
      params: pathId,
      answer: z.looseObject({ secretText: z.string(), keyId: z.string() }),
    },
    async (context, { params }) => {
      const secretText = newClientSecret();
      await saveClientSecret(context, params.id, secretText);
      return {
        ...contextOf(context, 'microsoft.graph.passwordCredential'),
        keyId: newId(identityOf(context).deps.clock),
        secretText,
        hint: secretText.slice(0, secretHintLength),
      };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/servicePrincipals/:id/removePassword',
      tag,
      summary: 'Remove the client secret of an application, which is a public client from then on',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      await saveClientSecret(context, params.id, null);
    },
  ),
];

/** The routes that prepare sign-ins at the token endpoint: faults of tenants and users, and client secrets. */
export const signInRoutes: readonly Route[] = [...faultOfTenant, ...faultOfUser, ...clientSecrets];
