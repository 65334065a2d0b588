import type { JsonObject, JsonValue } from '#base/json.ts';
import { sourceGroupAttributes } from '../../source/source-attributes.ts';
import type { SourceGroup } from '../../source/source-object.ts';
import type { GivenValues } from '../../source/source-values.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { idOfReference } from './reference.ts';
import { filterableOf, propertiesOf, readProperties, valuesOf } from './source-properties.ts';

const properties = propertiesOf(sourceGroupAttributes);
const times = ['createdDateTime', 'deletedDateTime', 'lastModifiedDateTime'] as const;
const DYNAMIC = 'DynamicMembership';
/** The maximum number of references in the `members@odata.bind` of a request, as in Graph. */
export const BOUND_MEMBERS_MAX = 20;

const names = [...properties.map(({ path }) => path[0] ?? ''), 'membershipRuleProcessingState', ...times];

export const groupProperties = { all: names, defaults: names };

export const groupFilterable = filterableOf(properties, [
  { path: 'membershipRuleProcessingState', type: 'text', caseExact: false },
  ...times.map((path) => ({ path, type: 'date', caseExact: true }) as const),
]);

/** Returns a group as microsoft.graph.group, with all properties. A group with a membership rule has the group type DynamicMembership. */
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

/** Reads the values of a group, and the ids of members to add, from the body of a request. Throws `invalidValue` and `tooManyValues`. */
export function groupValues(body: JsonObject): { readonly values: GivenValues; readonly memberIds: readonly string[] } {
  const { membershipRuleProcessingState: state, groupTypes, 'members@odata.bind': bound, ...rest } = body;
  if (state === 'Paused') {
    throw new StandInError('invalidValue', ({ groups }) => groups.paused, {
      attribute: 'membershipRuleProcessingState',
    });
  }
  const references = bound === undefined ? [] : [bound].flat();
  if (references.length > BOUND_MEMBERS_MAX) {
    const { length } = references;
    throw new StandInError('tooManyValues', ({ groups }) => groups.tooManyMembers(length, BOUND_MEMBERS_MAX), {
      attribute: 'members@odata.bind',
    });
  }
  // The rule alone decides whether a group is dynamic, so the type is not stored.
  const types = Array.isArray(groupTypes)
    ? (groupTypes as readonly JsonValue[]).filter((type) => type !== DYNAMIC)
    : groupTypes;
  return {
    values: { ...valuesOf(rest), ...(types !== undefined && { groupTypes: types }) },
    memberIds: references.map((one) => idOfReference(one, 'members@odata.bind')),
  };
}
