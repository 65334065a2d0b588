import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { required, type Arguments, type FunctionDefinition } from '../function-definition.ts';
import { textOf, type Complex, type Single } from '../value.ts';

const parameters = [required('source')];
const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** A role as the source has it: its value alone, an object, or an object in a string. */
interface Role {
  readonly value: string;
  readonly display: string;
}

function rolesOf({ list }: Arguments): readonly Role[] {
  return list('source').flatMap((value) => (value === null ? [] : roleOf(value)));
}

function roleOf(single: Exclude<Single, null>): readonly Role[] {
  const fields = typeof single === 'object' && single.kind === 'complex' ? single.fields : fieldsIn(textOf(single));
  if (fields === undefined) return [{ value: textOf(single), display: textOf(single) }];
  const [value, name] = [fields['value'], fields['displayName'] ?? fields['display']].map(written);
  // A role without a value is known by its name.
  const known = value ?? name ?? written(fields['id']);
  return known === undefined ? [] : [{ value: known, display: name ?? known }];
}

function written(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fieldsIn(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function complexRoles(args: Arguments): readonly Complex[] {
  return rolesOf(args).map(({ value, display }) => ({
    kind: 'complex',
    fields: { primary: false, type: ROLE_TYPE, display, value },
  }));
}

/** Graph lists it, and no page describes it. */
export const appRoleAssignments: FunctionDefinition = {
  name: 'AppRoleAssignments',
  parameters,
  summary: 'The values of all roles that are assigned, as a list of strings.',
  evaluate: (args) => rolesOf(args).map(({ value }) => value),
};

export const appRoleAssignmentsComplex: FunctionDefinition = {
  name: 'AppRoleAssignmentsComplex',
  parameters,
  summary:
    'All roles that are assigned, each as an object for the attribute roles. Roles are added to the target, and never removed.',
  evaluate: complexRoles,
};

/** The same value: that it replaces what the target has is the work of who sends it. */
export const assertiveAppRoleAssignmentsComplex: FunctionDefinition = {
  name: 'AssertiveAppRoleAssignmentsComplex',
  parameters,
  summary:
    'The same as AppRoleAssignmentsComplex, but it replaces the roles of the target: what Entra ID does not have is removed.',
  evaluate: complexRoles,
};

export const singleAppRoleAssignment: FunctionDefinition = {
  name: 'SingleAppRoleAssignment',
  parameters,
  summary: 'The value of one role that is assigned: of the first, if there are several. Null if there is none.',
  evaluate: (args) => rolesOf(args)[0]?.value ?? null,
};
