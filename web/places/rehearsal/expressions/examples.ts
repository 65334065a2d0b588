import type { ObjectTypeName } from './use-explanation.ts';

/** An expression to begin with. `name` is the name of its sentence in the catalog. */
export interface Example {
  readonly name: 'lowerCase' | 'active' | 'fallback' | 'condition' | 'phone' | 'guest';
  readonly text: string;
}

const ofUsers: readonly Example[] = [
  { name: 'lowerCase', text: 'ToLower(NormalizeDiacritics(Join(".", [givenName], [surname])))' },
  { name: 'active', text: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")' },
  { name: 'fallback', text: 'Coalesce([mail], [userPrincipalName])' },
  { name: 'condition', text: 'IIF([department] = "Sales", "Sales team", [department])' },
  { name: 'phone', text: String.raw`Replace([mobile], , "[()\\s-]+", , "", , )` },
  { name: 'guest', text: 'Replace([mailNickname], "#EXT#", , , "", , )' },
];

const ofGroups: readonly Example[] = [
  { name: 'lowerCase', text: 'ToLower(NormalizeDiacritics([displayName]))' },
  { name: 'fallback', text: 'Coalesce([mail], [displayName])' },
];

/** Returns examples that read attributes of a type. */
export function examplesOf(type: ObjectTypeName): readonly Example[] {
  return type === 'User' ? ofUsers : ofGroups;
}
