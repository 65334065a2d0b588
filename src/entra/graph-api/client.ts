import { openTransport, pathTo, queryOf, type GraphClientOptions, type Transport } from './client-transport.ts';
import type * as Api from './client-types.ts';

export type GraphClient = ReturnType<typeof graphClient>;

/**
 * Returns a client for the Graph API of the Entra ID stand-in. Each operation throws GraphRefusal if the API responds with an error.
 *
 * @example
 * const client = graphClient({ baseUrl: 'https://HOST/entra/v1.0', key, tenant: 'Contoso' });
 * const { value } = await client.users.list({ filter: "startswith(displayName,'an')", top: 10 });
 */
export function graphClient(options: GraphClientOptions) {
  const transport = openTransport(options);
  return {
    /** Returns the page at a nextLink or deltaLink. */
    follow: transport.follow,
    tenants: tenants(transport),
    users: users(transport),
    deletedUsers: deletedUsers(transport),
    groups: groups(transport),
    servicePrincipals: servicePrincipals(transport),
    assignments: assignments(transport),
    job: (servicePrincipalId: string, jobId: string) => job(transport, servicePrincipalId, jobId),
    logs: logs(transport),
  };
}

/**
 * Yields every item of a list. Requests the next page only after the items of the current page have been consumed.
 *
 * @example
 * for await (const user of allItems(client, client.users.list({ top: 100 }))) console.log(user.displayName);
 */
export async function* allItems<Item>(
  client: Pick<GraphClient, 'follow'>,
  first: Promise<Api.Page<Item>>,
): AsyncGenerator<Item, undefined> {
  for (let page = await first; ;) {
    yield* page.value;
    const link = page['@odata.nextLink'];
    if (link === undefined) return undefined;
    page = await client.follow<Item>(link);
  }
}

function tenants({ get, send }: Transport) {
  return {
    list: () => get<Api.Page<Api.Tenant>>('/tenants'),
    get: (id: string) => get<Api.Tenant>(pathTo`/tenants/${id}`),
    create: (tenant: Api.NewTenant) => send<Api.Tenant>('POST', '/tenants', tenant),
    delete: (id: string) => send<undefined>('DELETE', pathTo`/tenants/${id}`),
    generate: (id: string, plan: { readonly users: number; readonly seed?: number }) =>
      send<Api.AppliedChanges>('POST', pathTo`/tenants/${id}/generate`, plan),
    change: (id: string, plan: { readonly count?: number; readonly seed?: number } = {}) =>
      send<Api.AppliedChanges>('POST', pathTo`/tenants/${id}/change`, plan),
    import: (id: string, file: { readonly csv: string } | { readonly graph: string }) =>
      send<Api.Imported>('POST', pathTo`/tenants/${id}/import`, file),
    organization: () => get<Api.Page<{ readonly id: string; readonly displayName: string }>>('/organization'),
  };
}

function referenceTo(kind: string, id: string) {
  return { '@odata.id': `https://graph.microsoft.com/v1.0/${kind}/${id}` };
}

function users({ get, send, text }: Transport) {
  return {
    list: (options?: Api.ListOptions) => get<Api.Page<Api.User>>(`/users${queryOf(options)}`),
    count: async (options?: Pick<Api.ListOptions, 'filter' | 'search'>) =>
      Number(await text(`/users/$count${queryOf(options)}`)),
    delta: (options?: Pick<Api.ListOptions, 'select' | 'top'>) =>
      get<Api.Page<Api.User>>(`/users/delta${queryOf(options)}`),
    get: (id: string, options?: Pick<Api.ListOptions, 'select' | 'expand'>) =>
      get<Api.User>(pathTo`/users/${id}` + queryOf(options)),
    create: (values: Readonly<Record<string, unknown>>) => send<Api.User>('POST', '/users', values),
    update: (id: string, values: Readonly<Record<string, unknown>>) =>
      send<undefined>('PATCH', pathTo`/users/${id}`, values),
    delete: (id: string) => send<undefined>('DELETE', pathTo`/users/${id}`),
    manager: (id: string) => get<Api.DirectoryObject>(pathTo`/users/${id}/manager`),
    setManager: (id: string, managerId: string) =>
      send<undefined>('PUT', pathTo`/users/${id}/manager/$ref`, referenceTo('users', managerId)),
    removeManager: (id: string) => send<undefined>('DELETE', pathTo`/users/${id}/manager/$ref`),
    memberOf: (id: string) => get<Api.Page<Api.DirectoryObject>>(pathTo`/users/${id}/memberOf`),
  };
}

function deletedUsers({ get, send }: Transport) {
  return {
    list: (options?: Api.ListOptions) =>
      get<Api.Page<Api.User>>(`/directory/deletedItems/microsoft.graph.user${queryOf(options)}`),
    get: (id: string) => get<Api.User>(pathTo`/directory/deletedItems/${id}`),
    restore: (id: string) => send<Api.User>('POST', pathTo`/directory/deletedItems/${id}/restore`),
    purge: (id: string) => send<undefined>('DELETE', pathTo`/directory/deletedItems/${id}`),
  };
}

function groups({ get, send, text }: Transport) {
  return {
    list: (options?: Api.ListOptions) => get<Api.Page<Api.Group>>(`/groups${queryOf(options)}`),
    count: async (options?: Pick<Api.ListOptions, 'filter' | 'search'>) =>
      Number(await text(`/groups/$count${queryOf(options)}`)),
    delta: (options?: Pick<Api.ListOptions, 'select' | 'top'>) =>
      get<Api.Page<Api.Group>>(`/groups/delta${queryOf(options)}`),
    get: (id: string, options?: Pick<Api.ListOptions, 'select'>) =>
      get<Api.Group>(pathTo`/groups/${id}` + queryOf(options)),
    create: (values: Readonly<Record<string, unknown>>) => send<Api.Group>('POST', '/groups', values),
    update: (id: string, values: Readonly<Record<string, unknown>>) =>
      send<undefined>('PATCH', pathTo`/groups/${id}`, values),
    delete: (id: string) => send<undefined>('DELETE', pathTo`/groups/${id}`),
    members: (id: string, options?: Pick<Api.ListOptions, 'select' | 'top' | 'count'>) =>
      get<Api.Page<Api.DirectoryObject>>(pathTo`/groups/${id}/members` + queryOf(options)),
    addMember: (id: string, memberId: string) =>
      send<undefined>('POST', pathTo`/groups/${id}/members/$ref`, referenceTo('directoryObjects', memberId)),
    removeMember: (id: string, memberId: string) =>
      send<undefined>('DELETE', pathTo`/groups/${id}/members/${memberId}/$ref`),
    memberOf: (id: string) => get<Api.Page<Api.DirectoryObject>>(pathTo`/groups/${id}/memberOf`),
  };
}

/** The id of the template for applications that are not in the gallery. */
const NON_GALLERY = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';

function servicePrincipals({ get, send }: Transport) {
  const synchronization = (id: string) => pathTo`/servicePrincipals/${id}/synchronization`;
  return {
    list: (options?: Api.ListOptions) => get<Api.Page<Api.ServicePrincipal>>(`/servicePrincipals${queryOf(options)}`),
    get: (id: string) => get<Api.ServicePrincipal>(pathTo`/servicePrincipals/${id}`),
    /** Creates an application that is not in the gallery, as the portal does. */
    instantiate: (values: { readonly displayName: string; readonly preset?: 'entra' | 'guide' }) =>
      send<{ readonly servicePrincipal: Api.ServicePrincipal }>(
        'POST',
        pathTo`/applicationTemplates/${NON_GALLERY}/instantiate`,
        values,
      ),
    update: (id: string, values: { readonly displayName: string }) =>
      send<undefined>('PATCH', pathTo`/servicePrincipals/${id}`, values),
    delete: (id: string) => send<undefined>('DELETE', pathTo`/servicePrincipals/${id}`),
    secrets: (id: string) => get<Api.Page<Api.KeyValue>>(`${synchronization(id)}/secrets`),
    saveSecrets: (id: string, value: readonly Api.KeyValue[]) =>
      send<undefined>('PUT', `${synchronization(id)}/secrets`, { value }),
    saveConnectivity: (id: string, value: readonly Api.KeyValue[]) =>
      send<undefined>('PATCH', `${synchronization(id)}/connectivityParameters`, { value }),
    templates: (id: string) => get<Api.Page<{ readonly id: string }>>(`${synchronization(id)}/templates`),
    jobs: (id: string) => get<Api.Page<Api.Job>>(`${synchronization(id)}/jobs`),
    createJob: (id: string, preset?: 'entra' | 'guide') =>
      send<Api.Job>('POST', `${synchronization(id)}/jobs`, {
        templateId: 'scim',
        ...(preset !== undefined && { preset }),
      }),
  };
}

function assignments({ get, send }: Transport) {
  return {
    list: (id: string, options?: Pick<Api.ListOptions, 'top' | 'count'>) =>
      get<Api.Page<Api.RoleAssignment>>(pathTo`/servicePrincipals/${id}/appRoleAssignedTo` + queryOf(options)),
    create: (id: string, values: Api.NewRoleAssignment) =>
      send<Api.RoleAssignment>('POST', pathTo`/servicePrincipals/${id}/appRoleAssignedTo`, values),
    delete: (id: string, assignmentId: string) =>
      send<undefined>('DELETE', pathTo`/servicePrincipals/${id}/appRoleAssignedTo/${assignmentId}`),
  };
}

function job({ get, send }: Transport, servicePrincipalId: string, jobId: string) {
  const base = pathTo`/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}`;
  const post = <Answer = undefined>(action: string, body?: unknown) => send<Answer>('POST', `${base}/${action}`, body);
  return {
    get: () => get<Api.Job>(base),
    update: (change: Api.JobChange) => send<undefined>('PATCH', base, change),
    delete: () => send<undefined>('DELETE', base),
    start: () => post('start'),
    pause: () => post('pause'),
    /** `resetScope` is a list such as "Watermark, Escrows". Without it, everything is reset. */
    restart: (resetScope?: string) => post('restart', resetScope === undefined ? {} : { criteria: { resetScope } }),
    allowDeletes: () => post('allowDeletes'),
    validateCredentials: (credentials?: readonly Api.KeyValue[]) =>
      post('validateCredentials', credentials === undefined ? { useSavedCredentials: true } : { credentials }),
    provisionOnDemand: async (type: 'User' | 'Group', objectId: string, memberIds: readonly string[] = []) => {
      const members = memberIds.map((id) => ({ objectId: id, objectTypeName: 'User' }));
      const links = members.length === 0 ? {} : { links: { members } };
      const subjects = [{ objectId, objectTypeName: type, ...links }];
      const answer = await post<{
        key: string;
        value: string;
        '@tanhua.exchanges': Api.OnDemandAnswer['exchanges'];
        '@tanhua.stepExchanges': Api.OnDemandAnswer['stepExchanges'];
      }>('provisionOnDemand', { parameters: [{ subjects }] });
      const read: Api.OnDemandAnswer = {
        key: JSON.parse(answer.key),
        value: JSON.parse(answer.value),
        exchanges: answer['@tanhua.exchanges'],
        stepExchanges: answer['@tanhua.stepExchanges'],
      };
      return read;
    },
    schema: () => get<Api.VersionedSchema>(`${base}/schema`),
    /** Replaces the schema, only if it still has the version `ifMatch`, which is the `@odata.etag` of what was read. */
    saveSchema: (schema: Api.SynchronizationSchema, ifMatch?: string) =>
      send<undefined>('PUT', `${base}/schema`, schema, ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    restoreSchema: (preset: 'entra' | 'guide' = 'entra') =>
      send<undefined>('DELETE', `${base}/schema?preset=${preset}`),
    parseExpression: (expression: string, properties?: readonly { readonly key: string; readonly value: unknown }[]) =>
      post<Api.ParsedExpression>('schema/parseExpression', {
        expression,
        ...(properties !== undefined && { testInputObject: { properties } }),
      }),
    /** Evaluates an expression for an object of the tenant, and returns the value of each part. */
    explainExpression: (expression: string, options: Api.ExplainOptions = {}) =>
      post<Api.ExplainedExpression>('schema/explainExpression', { expression, ...options }),
    functions: () => get<Api.Page<Api.MappingFunction>>(`${base}/schema/functions`),
    filterOperators: () =>
      get<Api.Page<{ readonly name: string; readonly arity: string }>>(`${base}/schema/filterOperators`),
    settings: () => get<Api.Settings>(`${base}/settings`),
    saveSettings: (change: Api.SettingsChange) => send<Api.ChangedSettings>('PATCH', `${base}/settings`, change),
    escrows: (top?: number) => get<Api.Page<Api.Escrow>>(`${base}/escrows${queryOf(top === undefined ? {} : { top })}`),
    runCycle: (wait = false) => post<Api.CycleEnd>('runCycle', { wait }),
    compare: () => post<Api.Comparison>('compare'),
  };
}

function logs({ get, text }: Transport) {
  const base = '/auditLogs/provisioning';
  const file = (format: string, filter: string | undefined) => {
    const query = queryOf(filter === undefined ? {} : { filter });
    return text(`${base}${query}${query === '' ? '?' : '&'}${format}`);
  };
  return {
    list: (options?: Pick<Api.ListOptions, 'filter' | 'top'>) =>
      get<Api.Page<Api.ProvisioningLog>>(`${base}${queryOf(options)}`),
    get: (id: string) => get<Api.ProvisioningLog>(pathTo`/auditLogs/provisioning/${id}`),
    wire: (id: string) => get<Api.LogWire>(pathTo`/auditLogs/provisioning/${id}/wire`),
    csv: (part: 'logs' | 'steps' | 'modifiedProperties', filter?: string) => file(`format=csv&part=${part}`, filter),
    json: (filter?: string) => file('format=json', filter),
  };
}
