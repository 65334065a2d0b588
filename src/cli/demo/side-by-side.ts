import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { jsonText } from '../json-text.ts';
import type { SourceUser } from '#entra/source/source-object.ts';

const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const COLUMN = 30;

/** Compares a user of the tenant with the user in the directory: one line for each attribute, marked with "=" or "≠". */
export function sideBySide(user: SourceUser | undefined, resource: JsonObject | undefined): string {
  const enterprise = resource?.[ENTERPRISE_USER];
  const rows: readonly (readonly [string, JsonValue | undefined, JsonValue | undefined])[] = [
    ['name', user?.attributes['displayName'], resource?.['displayName']],
    ['title', user?.attributes['jobTitle'], resource?.['title']],
    ['department', user?.attributes['department'], isObject(enterprise) ? enterprise['department'] : undefined],
    ['active', user?.accountEnabled, resource?.['active']],
  ];
  return rows
    .map(([name, left, right]) => {
      const mark = left === right ? '=' : '≠';
      return `    ${name.padEnd(12)}${cell(left).padEnd(COLUMN)}${mark} ${cell(right)}`;
    })
    .join('\n');
}

function cell(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '–' : jsonText(value);
}

export const sideBySideHead = `    ${' '.repeat(12)}${'Entra ID (stand-in)'.padEnd(COLUMN)}  Directory`;
