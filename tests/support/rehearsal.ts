import { graphClient, type GraphClient } from '#entra/graph-api/client.ts';
import type { ServicePrincipal, Tenant, User } from '#entra/graph-api/client-types.ts';
import type { RunningServer } from './start-server.ts';

/** A tenant of the stand-in with an application that provisions into the same server. */
export interface TestRehearsal {
  readonly client: GraphClient;
  readonly tenant: Tenant;
  readonly application: ServicePrincipal;
  readonly job: ReturnType<GraphClient['job']>;
  /** The address of the application in the console. */
  readonly path: string;
  readonly makeUser: (alias: string, values?: Readonly<Record<string, unknown>>) => Promise<User>;
}

/** Creates a tenant and an application that provisions all of its users into the server's own directory. */
export async function createRehearsal(server: RunningServer): Promise<TestRehearsal> {
  const client = graphClient({ baseUrl: `${server.url}/entra/v1.0`, key: server.key });
  const tenant = await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' });
  const instantiated = await client.servicePrincipals.instantiate({ displayName: 'Tanhua', preset: 'guide' });
  const application = instantiated.servicePrincipal;
  const { id: jobId } = await client.servicePrincipals.createJob(application.id);
  await client.servicePrincipals.saveSecrets(application.id, [
    { key: 'BaseAddress', value: `${server.scimUrl}/?aadOptscim062020` },
    { key: 'SecretToken', value: server.started['secretToken'] ?? '' },
    { key: 'SyncAll', value: 'True' },
  ]);
  return {
    client,
    tenant,
    application,
    job: client.job(application.id, jobId),
    path: `/rehearsal/${tenant.id}/applications/${application.id}`,
    makeUser: (alias, values = {}) =>
      client.users.create({
        displayName: alias,
        userPrincipalName: `${alias}@contoso.example`,
        mailNickname: alias,
        givenName: alias,
        surname: 'Lee',
        ...values,
      }),
  };
}
