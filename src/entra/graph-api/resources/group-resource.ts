import type { JsonObject, JsonValue } from '#base/json.ts';
import { AppError } from '#base/errors.ts';
import { sourceGroupAttributes } from '../../source/source-attributes.ts';
import type { SourceGroup } from '../../source/source-object.ts';
import type { GivenValues } from '../../source/source-values.ts';
import { idOfReference } from './reference.ts';
import { filterableOf, propertiesOf, readProperties, valuesOf } from './source-properties.ts';

const properties = propertiesOf(sourceGroupAttributes);
const times = ['createdDateTime', 'deletedDateTime', 'lastModifiedDateTime'] as const;
const DYNAMIC = 'DynamicMembership';
/** Members that one body can bind, as in Graph. */
export const BOUND_MEMBERS_MAX = 20;

const names = [...properties.map(({ path }) => path[0] ?? ''), 'membershipRuleProcessingState', ...times];

export const groupProperties = { all: names, usual: names };

export const groupFilterable = filterableOf(properties, [
  { path: 'membershipRuleProcessingState', type: 'text', caseExact: false },
  ...times.map((path) => ({ path, type: 'date', caseExact: true }) as const),
]);

/** microsoft.graph.group, whole. A group with a rule is one of the type DynamicMembership. */
export function groupResource(group: SourceGroup): JsonObject {
  const { attributes, id, membershipRule, createdAt, deletedAt, modifiedAt } = group;
  const given = attributes['groupTypes'];
  const types = Array.isArray(given) ? (given as readonly JsonValue[]) : [];
  const own: Readonly<Record<string, JsonValue>> = {
    objectId: id,
    membershipRule,
    groupTypes: [...types.filter((type) => type !== DYNAMIC), ...(membershipRule === null ? [] : [DYNAMIC])],
  };
  return {
    ...readProperties(properties, ({ name }) => own[name] ?? attributes[name]),
    membershipRuleProcessingState: membershipRule === null ? null : 'On',
    createdDateTime: createdAt.toISOString(),
    deletedDateTime: deletedAt?.toISOString() ?? null,
    lastModifiedDateTime: modifiedAt.toISOString(),
  };
}

/** What a body wants a group to be, and the members that it adds. Throws invalidValue and tooManyValues. */
export function groupValues(body: JsonObject): { readonly values: GivenValues; readonly memberIds: readonly string[] } {
  const { membershipRuleProcessingState: state, groupTypes, 'members@odata.bind': bound, ...rest } = body;
  if (state === 'Paused') {
    throw new AppError('invalidValue', 'A dynamic group cannot be paused here: take its membershipRule away instead.', {
      attribute: 'membershipRuleProcessingState',
    });
  }
  const references = bound === undefined ? [] : [bound].flat();
  if (references.length > BOUND_MEMBERS_MAX) {
    const message = `${references.length} members are bound: ${BOUND_MEMBERS_MAX} can be in one request.`;
    throw new AppError('tooManyValues', message, { attribute: 'members@odata.bind' });
  }
  // Whether a group is dynamic follows from its rule.
  const types = Array.isArray(groupTypes)
    ? (groupTypes as readonly JsonValue[]).filter((type) => type !== DYNAMIC)
    : groupTypes;
  return {
    values: { ...valuesOf(rest), ...(types !== undefined && { groupTypes: types }) },
    memberIds: references.map((one) => idOfReference(one, 'members@odata.bind')),
  };
}
