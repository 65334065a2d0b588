import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import { identityOf } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import type { ObjectType } from '../../source/source-object.ts';
import { deltaState, readDelta, type DeltaState } from '../delta.ts';
import { contextOf, linkWith, tenantOf } from '../graph-context.ts';
import { readOptions } from '../odata/query-options.ts';
import { readToken } from '../odata/skip-token.ts';
import { groupProperties } from '../resources/group-resource.ts';
import { pick, selectOf } from '../resources/select.ts';
import { userProperties } from '../resources/user-resource.ts';

const query = z.looseObject({ $deltatoken: z.string().optional() });
const answer = z.looseObject({
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
  value: z.array(z.unknown()),
});

function stateOf(skip: string | undefined, delta: string | undefined): DeltaState | undefined {
  if (skip !== undefined && delta !== undefined) {
    throw new AppError(
      'invalidQuery',
      'The request has $skiptoken and $deltatoken: follow either a next link or a delta link.',
      {
        attribute: '$deltatoken',
      },
    );
  }
  if (skip !== undefined) return readToken('$skiptoken', skip, deltaState);
  return delta === undefined ? undefined : readToken('$deltatoken', delta, deltaState);
}

function deltaRoute(type: ObjectType): Route {
  const name = type === 'User' ? 'users' : 'groups';
  const properties =
    type === 'User' ? userProperties : { all: [...groupProperties.all], defaults: groupProperties.all };
  return route(
    {
      method: 'GET',
      path: `/${name}/delta`,
      tag: type === 'User' ? 'Users of the tenant' : 'Groups of the tenant',
      summary: `List all ${name}, then only changes: the delta link lists what has changed since`,
      access: 'entra.read',
      query,
      answer,
    },
    async (context, { query: requested }) => {
      const tenant = await tenantOf(context);
      const { $deltatoken: deltaToken, ...rest } = requested;
      const options = readOptions(rest, ['$select', '$top', '$skiptoken']);
      const selected = new Set([...selectOf(options.select, properties), 'members@delta']);
      const state = stateOf(options.skipToken, deltaToken);
      const { database } = identityOf(context).deps;
      const page = await readDelta(database, { type, tenantId: tenant.id }, state, options.top);
      const token = encodeOpaque(page.next);
      return {
        ...contextOf(context, name),
        ...(page.hasMore
          ? { '@odata.nextLink': linkWith(context, { $deltatoken: '', $skiptoken: token }) }
          : { '@odata.deltaLink': linkWith(context, { $skiptoken: '', $deltatoken: token }) }),
        value: page.value.map((resource) => pick(resource, selected)),
      };
    },
  );
}

export const deltaRoutes: readonly Route[] = [deltaRoute('User'), deltaRoute('Group')];
