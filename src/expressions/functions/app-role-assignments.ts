import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { required, type Arguments, type FunctionDefinition } from '../function-definition.ts';
import { textOf, type Complex, type Single } from '../value.ts';

const parameters = [required('source')];
const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** A role of the source. The source gives it as a plain value, as an object, or as JSON text. */
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
  const [value, name] = [fields['value'], fields['displayName'] ?? fields['display']].map(nonEmptyString);
  // A role without a value is identified by its name, or else by its id.
  const identifier = value ?? name ?? nonEmptyString(fields['id']);
  return identifier === undefined ? [] : [{ value: identifier, display: name ?? identifier }];
}

function nonEmptyString(value: JsonValue | undefined): string | undefined {
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

/** Graph lists this function, but Microsoft's documentation does not describe it. */
export const appRoleAssignments: FunctionDefinition = {
  name: 'AppRoleAssignments',
  parameters,
  summary: 'Returns the values of all assigned roles as a list of strings.',
  evaluate: (args) => rolesOf(args).map(({ value }) => value),
};

export const appRoleAssignmentsComplex: FunctionDefinition = {
  name: 'AppRoleAssignmentsComplex',
  parameters,
  summary:
    'Returns all assigned roles as a list of objects for the attribute roles. Provisioning adds roles to the target, and never removes any.',
  evaluate: complexRoles,
};

/** Returns the same value as AppRoleAssignmentsComplex. The difference is in the request, which replaces the roles of the target. */
export const assertiveAppRoleAssignmentsComplex: FunctionDefinition = {
  name: 'AssertiveAppRoleAssignmentsComplex',
  parameters,
  summary:
    'Like AppRoleAssignmentsComplex, but provisioning replaces the roles of the target: it removes roles that Entra ID does not have.',
  evaluate: complexRoles,
};

export const singleAppRoleAssignment: FunctionDefinition = {
  name: 'SingleAppRoleAssignment',
  parameters,
  summary:
    'Returns the value of the assigned role. If several are assigned, returns the first; if none is, returns null.',
  evaluate: (args) => rolesOf(args)[0]?.value ?? null,
};
