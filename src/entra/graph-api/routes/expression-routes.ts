import { z } from 'zod';
import { EXPRESSION_LENGTH_MAX } from '#expressions/limits.ts';
import { identityOf, languageOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { compileSchema } from '../../application/compile-schema.ts';
import { explainForObject } from '../../application/explain-for-object.ts';
import type { StoredJob } from '../../application/job.ts';
import type { EntraApplication } from '../../application/application.ts';
import type { SourceValues } from '../../application/object-mapping.ts';
import { decideScopes } from '../../application/scope.ts';
import type { EntraTenant } from '../../source/source-object.ts';
import { requireJobOf } from '../find-applications.ts';
import { requireGroup, requireUser } from '../find-objects.ts';
import { contextOf, tenantOf } from '../graph-context.ts';
import { jobPath, resourceAnswer } from './contracts.ts';

const explainBody = z.looseObject({
  // The maximum is one more than the parser's limit, so that the parser can report an expression that is too long.
  expression: z.string().max(EXPRESSION_LENGTH_MAX + 1),
  /** What the expression may be: a function call, or `any` also a single attribute or constant. */
  kind: z.enum(['expression', 'any']).default('expression'),
  objectTypeName: z.enum(['User', 'Group']).default('User'),
  /** The object to test on: its id, or the userPrincipalName of a user. Without an object, the expression is only parsed. */
  objectId: z.string().min(1).max(256).nullish(),
});

const step = z.object({
  depth: z.int(),
  offset: z.int(),
  length: z.int(),
  kind: z.enum(['attribute', 'constant', 'function']),
  outcome: z.enum(['value', 'dropped', 'error', 'skipped']),
  value: z.string().nullable(),
});

const explainAnswer = resourceAnswer.extend({
  outcome: z.enum(['value', 'dropped', 'error']).nullable(),
  value: z.string().nullable(),
  redacted: z.boolean(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      offset: z.int(),
      length: z.int(),
      suggestion: z.string().nullable(),
      suggestionOffset: z.int(),
      suggestionLength: z.int(),
    })
    .nullable(),
  steps: z.array(step),
});

type ExplainBody = z.output<typeof explainBody>;

/** Returns the values that mappings of the job read from the object of the request; undefined if the request has no object. */
async function valuesOf(
  context: Context,
  found: { readonly tenant: EntraTenant; readonly application: EntraApplication; readonly job: StoredJob },
  { objectId, objectTypeName }: ExplainBody,
): Promise<SourceValues | undefined> {
  if (objectId === undefined || objectId === null) return undefined;
  const { database } = identityOf(context).deps;
  const { tenant, application, job } = found;
  const find = objectTypeName === 'User' ? requireUser : requireGroup;
  const object = await find(database, tenant, objectId);
  const mapping = compileSchema(job.schema).find(({ sourceType }) => sourceType === objectTypeName);
  const [scoped] = await decideScopes({ database }, application, mapping ?? unfiltered, [object]);
  return scoped?.values;
}

/** The scope of a type without a mapping. */
const unfiltered = { evaluateScope: () => ({ inScope: true, clauses: {} }) } as const;

/** Explains expressions. Graph only parses and evaluates them (parseExpression). */
export const expressionRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/servicePrincipals/:id/synchronization/jobs/:jobId/schema/explainExpression',
      tag: 'Provisioning: what Entra ID does not show',
      summary: 'Evaluate an expression for an object of the tenant, with the value of each part',
      access: 'entra.read',
      params: jobPath,
      body: explainBody,
      answer: explainAnswer,
    },
    async (context, { params, body }) => {
      const { clock, database } = identityOf(context).deps;
      const tenant = await tenantOf(context);
      const { application, job } = await requireJobOf(database, tenant, params);
      const values = await valuesOf(context, { tenant, application, job }, body);
      const explained = explainForObject(body.expression, {
        schema: job.schema,
        type: body.objectTypeName,
        kind: body.kind,
        values,
        clock,
        defaultDomain: tenant.domain,
        language: languageOf(context),
      });
      return { ...contextOf(context, 'tanhua.explainedExpression'), ...explained };
    },
  ),
];
