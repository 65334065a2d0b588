import { listEvents } from '#audit/event-store.ts';
import type { GraphClient } from './client.ts';
import type { KeyValue, RoleAssignment, ServicePrincipal, User } from './client-types.ts';
import { openTestGraph, type TestGraph } from './graph-api.fixture.ts';

/** A tenant with an application that is not connected yet. Both are created through the client. */
export interface TestProvisioning extends AsyncDisposable {
  readonly graph: TestGraph;
  readonly client: GraphClient;
  readonly application: ServicePrincipal;
  readonly jobId: string;
  readonly job: ReturnType<GraphClient['job']>;
  readonly makeUser: (alias: string, values?: Readonly<Record<string, unknown>>) => Promise<User>;
  readonly assign: (principal: Pick<User, 'id'>) => Promise<RoleAssignment>;
  /** Returns the key-value pairs that connect the application to the SCIM endpoint of the same server. */
  readonly credentials: () => readonly KeyValue[];
  readonly events: () => Promise<{ readonly types: ReadonlySet<unknown>; readonly text: string }>;
}

export async function openTestProvisioning(): Promise<TestProvisioning> {
  const graph = await openTestGraph();
  const client = graph.client();
  await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' });
  const instantiated = await client.servicePrincipals.instantiate({ displayName: 'Tanhua', preset: 'guide' });
  const application = instantiated.servicePrincipal;
  const { id: jobId } = await client.servicePrincipals.createJob(application.id);
  return {
    graph,
    client,
    application,
    jobId,
    job: client.job(application.id, jobId),
    makeUser: (alias, values = {}) =>
      client.users.create({
        displayName: alias,
        userPrincipalName: `${alias}@contoso.example`,
        mailNickname: alias,
        givenName: alias,
        surname: 'Lee',
        ...values,
      }),
    assign: ({ id }) => client.assignments.create(application.id, { principalId: id }),
    credentials: () => [
      { key: 'BaseAddress', value: `${graph.scimUrl}/?aadOptscim062020` },
      { key: 'SecretToken', value: graph.scimKey },
    ],
    events: async () => {
      const { organizationId, directory } = graph;
      const events = await listEvents(directory.deps.database, { organizationId, limit: 1_000 });
      return { types: new Set(events.map((event) => event['event_type'])), text: JSON.stringify(events) };
    },
    [Symbol.asyncDispose]: () => graph[Symbol.asyncDispose](),
  };
}
