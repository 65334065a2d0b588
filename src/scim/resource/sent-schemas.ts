import { quote, type AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { schemaUrn, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isList, memberNamed } from './json-shape.ts';

/** An integration's rule for how strictly the `schemas` of a body are checked. */
export type SchemasPolicy = 'any' | 'patch' | 'required';

export interface SchemasRule {
  readonly schemas: SchemasPolicy;
  /** The name of the integration that has this rule, for the advice in an error. */
  readonly integration?: string | undefined;
}

export const PATCH_OP_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** A URN without meaning that Entra ID sends whenever it creates a group. */
const entraGroupSchema = 'http://schemas.microsoft.com/2006/11/resourcemanagement/adscim/2.0/group';

/**
 * Checks `schemas` in the body of a POST or PUT (RFC 7643 §3). Under `required`, throws `schemasInvalid` if `schemas` is missing, lacks
 * the core schema, or contains a schema that the resource type does not have. The other policies accept any schemas, since clients such
 * as OneLogin send other URNs.
 */
export function requireResourceSchemas(schema: ResourceSchema, body: JsonValue, rule: SchemasRule): void {
  const core = schema.core.id;
  const isKnown = (urn: string) => schemaUrn(schema, urn) !== undefined || urn.toLowerCase() === entraGroupSchema;
  const isWanted = (urn: string) => schemaUrn(schema, urn) === core.toLowerCase();
  if (rule.schemas === 'required') requireSchemas(body, rule, { wanted: core, isKnown, isWanted, isRequired: true });
}

/**
 * Checks `schemas` in the body of a PATCH, which must be the PatchOp URN (RFC 7644 §3.5.2). Throws `schemasInvalid`, except under `any`.
 * Under `patch`, a SCIM 1.1 partial resource without operations may have the schemas of the resource, or none.
 */
export function requirePatchSchemas(schema: ResourceSchema, body: JsonValue, rule: SchemasRule): void {
  const isPart = rule.schemas === 'patch' && isObject(body) && memberNamed(body, 'operations') === undefined;
  const isWanted = (urn: string) => urn.toLowerCase() === PATCH_OP_SCHEMA.toLowerCase();
  const isKnown = (urn: string) => isWanted(urn) || (isPart && schemaUrn(schema, urn) !== undefined);
  requireSchemas(body, rule, { wanted: PATCH_OP_SCHEMA, isKnown, isWanted, isRequired: !isPart });
}

interface Expected {
  readonly wanted: string;
  readonly isRequired: boolean;
  readonly isKnown: (urn: string) => boolean;
  readonly isWanted: (urn: string) => boolean;
}

function requireSchemas(
  body: JsonValue,
  { schemas, integration }: SchemasRule,
  { wanted, isKnown, isWanted, isRequired }: Expected,
): void {
  if (schemas === 'any' || !isObject(body)) return;
  const sent = memberNamed(body, 'schemas') ?? null;
  if (sent === null) {
    if (isRequired) throw invalid('is missing', wanted, integration);
    return;
  }
  if (!isList(sent)) throw invalid(`is ${quote(sent)}, which is not a list`, wanted, integration);
  for (const urn of sent) {
    if (typeof urn !== 'string' || !isKnown(urn)) {
      throw invalid(`has ${quote(urn)}, which is not a schema of this message`, wanted, integration);
    }
  }
  if (isRequired && !sent.some((urn) => typeof urn === 'string' && isWanted(urn))) {
    throw invalid(`lacks ${quote(wanted)}`, wanted, integration);
  }
}

function invalid(fault: string, wanted: string, integration: string | undefined): AppError {
  return refusal('schemasInvalid', { fault, wanted, integration }, { attribute: 'schemas' });
}
