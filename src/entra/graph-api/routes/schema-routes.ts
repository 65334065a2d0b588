import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { contentTag } from '#base/entity-tag.ts';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { evaluateExpression } from '#expressions/evaluate.ts';
import { functionsAsGraph } from '#expressions/functions-as-graph.ts';
import { toGraph } from '#expressions/graph.ts';
import { EXPRESSION_LENGTH_MAX } from '#expressions/limits.ts';
import { parseExpression } from '#expressions/parse.ts';
import { renderValue } from '#expressions/value.ts';
import { identityOf, languageOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { presets, saveSchema, type ChangeEffect } from '../../application/applications.ts';
import { readSchema } from '../../application/read-schema.ts';
import { filterOperatorsAsGraph } from '../../application/scoping-operators.ts';
import type { SynchronizationSchema } from '../../application/synchronization-schema.ts';
import { requireJobOf } from '../find-applications.ts';
import { runChange, contextOf, tenantOf } from '../graph-context.ts';
import { jobPath, listAnswer, objectBody, resourceAnswer } from './contracts.ts';
import { jobTarget } from './job-routes.ts';

const tag = 'Provisioning';
const base = '/servicePrincipals/:id/synchronization/jobs/:jobId/schema';
const SCHEMA_BYTES_MAX = 4_194_304;
const PROPERTIES_MAX = 1_000;

export const parseBody = z.looseObject({
  // The maximum is one more than the parser's limit, so that the parser can report an expression that is too long.
  expression: z.string().max(EXPRESSION_LENGTH_MAX + 1),
  targetAttributeDefinition: z.unknown().optional(),
  testInputObject: z
    .looseObject({
      properties: z
        .array(z.looseObject({ key: z.string(), value: z.unknown() }))
        .max(PROPERTIES_MAX)
        .nullish(),
    })
    .nullish(),
});

async function save(
  context: Context,
  path: z.output<typeof jobPath>,
  schema: SynchronizationSchema,
  ifMatch?: string,
): Promise<ChangeEffect> {
  const tenant = await tenantOf(context);
  return await runChange(context, async (change) => {
    const { application, job } = await requireJobOf(change.database, tenant, path);
    const { consequence } = await saveSchema(change, application, schema, ifMatch);
    if (consequence !== 'none') {
      await change.record({ type: 'provisioning_mapping_update', target: jobTarget(job, application) });
    }
    return consequence;
  });
}

/** Removes the id and the annotations that GET adds to a schema. Clients send them back with PUT. */
function withoutAnnotations(body: JsonObject): JsonObject {
  const { id: _id, ...rest } = body;
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('@')));
}

/** Returns a microsoft.graph.parseExpressionResponse. If the expression is invalid, the request succeeds and the response has the error. */
export function parseExpressionResponse(
  context: Context,
  body: z.output<typeof parseBody>,
  defaultDomain: string,
): JsonObject {
  const nothing = { evaluationResult: [], evaluationSucceeded: false, parsedExpression: null };
  const error = (caught: unknown) => {
    if (!(caught instanceof AppError)) throw caught;
    return { code: caught.code, message: caught.message, tenantActionable: true };
  };
  let expression;
  try {
    expression = parseExpression(body.expression, { kind: 'any' });
  } catch (caught) {
    return { ...nothing, error: error(caught), parsingSucceeded: false };
  }
  const parsedExpression = { ...toGraph(expression) } as unknown as JsonObject;
  const properties = body.testInputObject?.properties ?? [];
  if (body.testInputObject === undefined || body.testInputObject === null) {
    return { ...nothing, error: null, parsedExpression, parsingSucceeded: true };
  }
  try {
    const result = evaluateExpression(expression, {
      attributes: Object.fromEntries(properties.map(({ key, value }) => [key, value])),
      clock: identityOf(context).deps.clock,
      random: randomInt,
      defaultDomain,
    });
    const value = result.kind === 'dropped' ? null : renderValue(result.value);
    const values = value === null ? [] : [value].flat();
    const evaluationResult = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    return { error: null, evaluationResult, evaluationSucceeded: true, parsedExpression, parsingSucceeded: true };
  } catch (caught) {
    return { ...nothing, error: error(caught), parsedExpression, parsingSucceeded: true };
  }
}

export const schemaRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'Get the synchronization schema: attribute lists, mappings and scoping filters',
      access: 'entra.read',
      params: jobPath,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const { database } = identityOf(context).deps;
      const { application, job } = await requireJobOf(database, await tenantOf(context), params);
      const tag = contentTag(job.schema);
      context.reply.header('etag', tag);
      return {
        ...contextOf(
          context,
          `servicePrincipals('${application.id}')/synchronization/jobs('${job.id}')/schema/$entity`,
        ),
        '@odata.etag': tag,
        id: job.id,
        ...job.schema,
      };
    },
  ),
  route(
    {
      method: 'PUT',
      path: base,
      tag,
      summary: 'Replace the synchronization schema; a resync then evaluates all objects again',
      access: 'entra.write',
      params: jobPath,
      headers: { 'if-match': 'The version of the schema that is changed, from @odata.etag. Default: any version.' },
      body: objectBody,
      bodyBytesMax: SCHEMA_BYTES_MAX,
    },
    async (context, { params, body }) => {
      await save(context, params, readSchema(withoutAnnotations(body)), context.request.headers['if-match']);
    },
  ),
  route(
    {
      method: 'DELETE',
      path: base,
      tag,
      summary: 'Restore the default mappings, or with ?preset=guide (not in Graph) those of the integration guide',
      access: 'entra.write',
      params: jobPath,
      query: z.looseObject({ preset: z.enum(['entra', 'guide']).default('entra') }),
    },
    async (context, { params, query }) => {
      await save(context, params, presets[query.preset]);
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/parseExpression`,
      tag,
      summary: 'Parse an expression, and evaluate it on a test object',
      access: 'entra.read',
      params: jobPath,
      body: parseBody,
      answer: resourceAnswer,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      await requireJobOf(identityOf(context).deps.database, tenant, params);
      return {
        ...contextOf(context, 'microsoft.graph.parseExpressionResponse'),
        ...parseExpressionResponse(context, body, tenant.domain),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/functions`,
      tag,
      summary: 'List the functions that expressions can use',
      access: 'entra.read',
      params: jobPath,
      answer: listAnswer,
    },
    async (context, { params }) => {
      await requireJobOf(identityOf(context).deps.database, await tenantOf(context), params);
      return {
        ...contextOf(context, 'Collection(microsoft.graph.attributeMappingFunctionSchema)'),
        value: functionsAsGraph(languageOf(context)),
      };
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/filterOperators`,
      tag,
      summary: 'List the operators of scoping filters',
      access: 'entra.read',
      params: jobPath,
      answer: listAnswer,
    },
    async (context, { params }) => {
      await requireJobOf(identityOf(context).deps.database, await tenantOf(context), params);
      return {
        ...contextOf(context, 'Collection(microsoft.graph.filterOperatorSchema)'),
        value: filterOperatorsAsGraph(),
      };
    },
  ),
];
