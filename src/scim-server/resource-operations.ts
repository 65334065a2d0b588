import { AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { entityTag } from '#directory/resources.ts';
import { locationOf, type View } from '#directory/view.ts';
import type { ShownUser, StoredGroup } from '#directory/stored.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { requirePatchSchemas, requireResourceSchemas } from '#scim/resource/sent-schemas.ts';
import { unqualifiedNames } from '#scim/resource/unqualified.ts';
import { changeOrDeactivate } from './deactivation.ts';
import { loggedWrite } from './logged-write.ts';
import type { Operation, Outcome } from './operation.ts';
import { expectedVersion, isNotModified } from './precondition.ts';
import { integerParameter, textParameter, type Query } from './query.ts';
import { shownIgnored } from './shown-ignored.ts';
import { withEndpoint, type ResourceEndpoint, type Scope } from './resource-endpoint.ts';

/** Reads a resource (RFC 7644 §3.4.1). */
export function read(scope: Scope, operation: Operation): Promise<Outcome> {
  return withEndpoint(scope, operation.type, async (endpoint) => {
    const view = { ...viewOf(scope, endpoint, operation.query), elementsMax: elementsMaxOf(operation) };
    const { ifMatch, ifNoneMatch } = operation;
    const wanted = { expectedVersion: expectedVersion({ ifMatch, ifNoneMatch: undefined }) };
    const resource = await endpoint.find(operation.id, wanted);
    const outcome = await answer(scope, endpoint, resource, view);
    // Sends no Location (RFC 9110 §10.2.2, §15.4.5): some clients follow it in any 3xx response, and would request the URL forever.
    if (isNotModified(ifNoneMatch, outcome.tag)) return { status: 304, tag: outcome.tag };
    return { ...outcome, ignored: unselected(scope, view) };
  });
}

/** Creates a resource (RFC 7644 §3.3). */
export function create(scope: Scope, operation: Operation): Promise<Outcome> {
  return withEndpoint(scope, operation.type, async (endpoint) => {
    // The query is parsed before anything is written, so that an invalid query cannot fail after the change.
    const view = viewOf(scope, endpoint, operation.query);
    const submitted = { ...submittedOf(scope, endpoint, operation), newId: operation.newId };
    const ignored = [...submitted.ignored, ...unselected(scope, view)];
    return await loggedWrite(scope, operation, {
      run: (logged) => logged.create(submitted),
      respond: async (inside, resource) => ({ ...(await answer(scope, inside, resource, view)), status: 201, ignored }),
    });
  });
}

/** Replaces a resource (RFC 7644 §3.5.1). */
export function replace(scope: Scope, operation: Operation): Promise<Outcome> {
  return withEndpoint(scope, operation.type, async (endpoint) => {
    const view = viewOf(scope, endpoint, operation.query);
    return await changeOrDeactivate(scope, endpoint, operation, async () => {
      if (operation.refusal !== undefined) throw operation.refusal;
      const submitted = { ...submittedOf(scope, endpoint, operation), expectedVersion: expectedVersion(operation) };
      const ignored = [...submitted.ignored, ...unselected(scope, view)];
      return await loggedWrite(scope, operation, {
        run: (logged) => logged.replace(operation.id, submitted),
        respond: async (inside, resource) => ({ ...(await answer(scope, inside, resource, view)), ignored }),
      });
    });
  });
}

/** Patches a resource (RFC 7644 §3.5.2). Returns the resource if the query has `attributes`; otherwise the endpoint may return 204. */
export function patch(scope: Scope, operation: Operation): Promise<Outcome> {
  return withEndpoint(scope, operation.type, async (endpoint) => {
    const view = viewOf(scope, endpoint, operation.query);
    return await changeOrDeactivate(scope, endpoint, operation, async () => {
      if (operation.refusal !== undefined) throw operation.refusal;
      const body = bodyOf(operation);
      requirePatchSchemas(endpoint.schema, body, optionsOf(scope, endpoint));
      const read = readPatchRequest(endpoint.schema, body, optionsOf(scope, endpoint));
      const request = { ...read, ignored: shownIgnored(scope, read.ignored) };
      const change = { ...request, expectedVersion: expectedVersion(operation) };
      const ignored = [...request.ignored, ...unselected(scope, view)];
      return await loggedWrite(scope, operation, {
        run: (logged) => logged.patch(operation.id, change),
        respond: async (inside, resource) => {
          if (inside.patchAnswersResource || textParameter(operation.query, 'attributes') !== undefined) {
            return { ...(await answer(scope, inside, resource, view)), ignored };
          }
          return {
            status: 204,
            tag: entityTag(resource.version),
            location: locationOf(scope.baseUrl, inside.schema, resource.id),
            ignored,
          };
        },
      });
    });
  });
}

/** Deletes a resource (RFC 7644 §3.6). */
export function remove(scope: Scope, operation: Operation): Promise<Outcome> {
  return loggedWrite(scope, operation, {
    run: async (logged) => await logged.remove(operation.id, { expectedVersion: expectedVersion(operation) }),
    respond: async () => ({ status: 204 }),
  });
}

function viewOf<Resource>(scope: Scope, endpoint: ResourceEndpoint<Resource>, query: Query): View {
  const selection = parseSelection(
    endpoint.schema,
    textParameter(query, 'attributes'),
    textParameter(query, 'excludedAttributes'),
  );
  return { baseUrl: scope.baseUrl, selection };
}

function unselected(scope: Scope, { selection }: View): readonly IgnoredAttribute[] {
  const unknown = (selection.unknown ?? []).map((path) => ({ path, reason: 'unknown' }) as const);
  return shownIgnored(scope, unknown);
}

/** Returns the maximum number of members, from `count`, for a query such as `attributes=members[value gt "x"]&count=1000`. */
function elementsMaxOf({ type, query }: Operation): number | undefined {
  if (type !== 'Group') return undefined;
  const count = integerParameter('count', textParameter(query, 'count'));
  return count === undefined ? undefined : Math.max(0, count);
}

/** Returns the integration's rules for schemas, and for unknown and unsupported attributes. */
function optionsOf<Resource>({ caller }: Scope, endpoint: ResourceEndpoint<Resource>) {
  const { rules, origin } = caller;
  return {
    schemas: rules.schemas,
    unknownAttributes: rules.unknownAttributes,
    integration: origin.integration?.name,
    unsupported: endpoint.unsupported,
  };
}

function submittedOf<Resource>(scope: Scope, endpoint: ResourceEndpoint<Resource>, operation: Operation) {
  const body = bodyOf(operation);
  requireResourceSchemas(endpoint.schema, body, optionsOf(scope, endpoint));
  const unqualified = isObject(body) ? unqualifiedNames(endpoint.schema, Object.keys(body)) : [];
  const { document, ignored } = normalizeResource(endpoint.schema, body, optionsOf(scope, endpoint));
  return { document, ignored: shownIgnored(scope, ignored), unqualified };
}

function bodyOf({ body }: Operation): JsonValue {
  if (body !== undefined && body !== null) return body;
  throw new AppError('invalidBody', 'The request needs a body: send the resource, or the operations, as JSON.');
}

async function answer<Resource extends ShownUser | StoredGroup>(
  scope: Scope,
  endpoint: ResourceEndpoint<Resource>,
  resource: Resource,
  view: View,
) {
  const [represented] = await endpoint.represent([resource], view);
  return {
    status: 200,
    resource: represented,
    tag: represented?.tag ?? entityTag(resource.version),
    location: locationOf(scope.baseUrl, endpoint.schema, resource.id),
  } as const;
}
