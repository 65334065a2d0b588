import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { eventTypes } from '#audit/event-types.ts';
import { printChoice } from '#base/choices.ts';
import { settings } from '#base/config.ts';
import type { ErrorDefinition } from '#base/error-definition.ts';
import { errorTable } from '#base/error-table.ts';
import type { Interface } from '#base/reasons/reason.ts';
import { reasonTable, type AnyReason } from '#base/reasons/reasons.ts';
import { interfacesOf, sentences } from '#base/reasons/refusal.ts';
import { functions } from '#expressions/function-table.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_LENGTH_MAX, PATTERN_STEPS_MAX } from '#expressions/limits.ts';
import { signature } from '#expressions/signature.ts';
import { ruleDefinitions, ruleValues, type RuleName } from '#integrations/rules.ts';
import { attributeContract } from '#directory/attribute-contract.ts';
import { permissionNames, permissions, permissionsOf, roleDescriptions, roles, type Role } from '#admins/roles.ts';
import { API_VERSION, allRoutes } from '#rest-api/all-routes.ts';
import { openApiDocument } from '#rest-api/openapi.ts';
import { PASSWORD_LENGTH_MAX } from '#organizations/password-policy.ts';
import { settingDefinitions, settingNames, settingValues } from '#organizations/settings.ts';
import type { AttributeDefinition, SchemaDefinition } from '#scim/schema/attribute.ts';
import { enterpriseUserSchema } from '#scim/schema/enterprise-user.ts';
import { groupSchema } from '#scim/schema/group.ts';
import { commonAttributes } from '#scim/schema/resource-attributes.ts';
import { userSchema } from '#scim/schema/user.ts';
import { commandsPage } from './commands-page.ts';
import { page, table } from './reference-page.ts';

/** The generated pages of the reference: path → text. A test asserts that what is committed is what is made here. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/errors.md': errorsPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/rules.md': rulesPage,
  'docs/reference/settings-of-an-organization.md': organizationSettingsPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/scim-attributes.md': attributesPage,
  'docs/reference/roles.md': rolesPage,
  'docs/reference/commands.md': commandsPage,
  'docs/reference/expressions.md': expressionsPage,
  'docs/reference/openapi.json': () => `${JSON.stringify(openApiDocument(allRoutes, API_VERSION), null, 2)}\n`,
};

function errorsPage(): string {
  const entries: [string, ErrorDefinition][] = Object.entries(errorTable);
  const rows = entries.map(([code, { status, scimType, title, remedy }]) => [
    `\`${code}\``,
    String(status),
    scimType ?? '',
    title,
    remedy,
  ]);
  return page(
    'Errors',
    'Every refusal has a code. SCIM answers carry the HTTP status, the `scimType` of RFC 7644 §3.12, and a `detail` that names the attribute, the value and the fix; events carry the code as `error_code`.',
    table(['code', 'HTTP status', 'scimType', 'what happened', 'what to do'], rows),
    '## Reasons',
    'A refusal that depends on a value has a reason: a code with parameters, which events carry as `reason`. What is wrong is the same for every caller; what to do is said for the one who reads it, and for the value. These are the words for sample values.',
    table(['reason', 'error', 'read at', 'words'], Object.entries(reasonTable).flatMap(reasonRows)),
  );
}

const interfaceTitles: Readonly<Record<Interface, string>> = {
  scim: 'SCIM',
  rest: 'REST',
  csv: 'CSV',
  commandLine: 'command line',
  portal: 'portal',
};

/** Each different text of a reason, with the interfaces that read it. */
function reasonRows([code, definition]: [string, AnyReason]): string[][] {
  return definition.examples.flatMap((parameters) => {
    const readers = Map.groupBy(interfacesOf(definition, parameters), (at) => sentences(definition, parameters, at));
    return [...readers].map(([text, all]) => [
      `\`${code}\``,
      `\`${definition.codeFor?.(parameters) ?? definition.code}\``,
      all.map((at) => interfaceTitles[at]).join(', '),
      text.replaceAll('<', '&lt;'),
    ]);
  });
}

function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    `\`${name}\``,
    setting.default ?? '',
    setting.description,
  ]);
  return page(
    'Configuration',
    'Settings are environment variables. Each can be given as `NAME_FILE` too: the path of a file that holds the value. An unknown name that begins with `TANHUA_` is a start-up error. `npx tanhua config` prints what is in force, with secrets masked.',
    table(['name', 'default', 'meaning'], rows),
  );
}

function rulesPage(): string {
  const names = Object.keys(ruleDefinitions) as RuleName[];
  const rows = names.map((name) => {
    const { strict, standard, description } = ruleDefinitions[name];
    return [`\`${name}\``, ruleValues(name).join(', '), printChoice(strict), printChoice(standard), description];
  });
  return page(
    'Rules of an integration',
    'Each rule is a setting of its own; `strict` and `standard` are presets. Change them while the directory runs: `npx tanhua integration set "Entra ID" userName=any`, or `npx tanhua integration set "Entra ID" standard`.',
    table(['rule', 'values', 'strict', 'standard', 'meaning'], rows),
  );
}

function organizationSettingsPage(): string {
  const rows = settingNames.map((name) => {
    const { default: initial, description } = settingDefinitions[name];
    return [`\`${name}\``, settingValues(name).join(', '), printChoice(initial), description];
  });
  return page(
    'Settings of an organization',
    `What holds for a whole organization, whoever its users come from. \`npx tanhua organization show\` prints what is in force; \`npx tanhua organization set passwordMinLength=12 passwordNeedsNumber=on\` changes it while the directory runs, for passwords that are set from then on. A password has at most ${PASSWORD_LENGTH_MAX} characters; no setting changes that.`,
    table(['setting', 'values', 'default', 'meaning'], rows),
  );
}

function eventsPage(): string {
  const rows = Object.entries(eventTypes).map(([type, { description }]) => [`\`${type}\``, description]);
  return page(
    'Events',
    'One event for each change and for each refused request, written in the same transaction as the change. `npx tanhua event list` shows them.',
    table(['event_type', 'meaning'], rows),
  );
}

function rolesPage(): string {
  const names = Object.keys(roles) as Role[];
  const rows = permissionNames.map((permission) => [
    `\`${permission}\``,
    permissions[permission],
    ...names.map((role) => (permissionsOf(role).has(permission) ? 'yes' : '')),
  ]);
  return page(
    'Roles',
    'What the built-in roles of administrators allow, in the console and with API keys. An organization can define roles of its own from the same permissions.',
    table(
      ['role', 'what it is for'],
      names.map((name) => [name, roleDescriptions[name]]),
    ),
    table(['permission', 'what it allows', ...names], rows),
    'No role has `organizations.create`, a permission of the installation: the first start gives it to its administrator, and `tanhua admin set EMAIL --create-organizations on` to others. It works in the role Administrator With Billing.',
    'Nobody gives, changes or takes away more than they may themselves: whoever makes administrators by a role of the organization’s own can neither make an Administrator With Billing nor reset the password of one. Nobody changes their own role, suspends or removes themselves, and the last Administrator With Billing stays.',
  );
}

function expressionsPage(): string {
  const rows = functions.map((definition) => [
    `\`${signature(definition)}\``,
    [...new Set(definition.parameters.map(({ type }) => type))].join(', '),
    definition.summary,
  ]);
  return page(
    'Functions of expressions',
    `The functions of Entra ID's attribute mappings, in the order of the alphabet. A parameter in brackets is optional, one with … can be repeated. Letter case matters in names and in values. An expression has at most ${EXPRESSION_LENGTH_MAX} characters and ${EXPRESSION_DEPTH_MAX} levels; its regular expressions have ${PATTERN_STEPS_MAX} steps in all. \`npx tanhua entra expression --list\` prints the same; how expressions are written is in [the guide](../guide/expressions.md).`,
    table(['function', 'types', 'meaning'], rows),
  );
}

function attributesPage(): string {
  const contract = attributeContract.map(({ property, label, scim }) => [
    `\`${scim.join(' › ')}\``,
    `\`${property}\``,
    label,
  ]);
  return page(
    'SCIM attributes',
    'All attributes with their characteristics (RFC 7643 §7). Names and URNs are compared without regard to case.',
    `## Common attributes\n\nOf every resource; they belong to no schema (RFC 7643 §3.1).\n\n${attributeRows(commonAttributes)}`,
    ...[userSchema, enterpriseUserSchema, groupSchema].map(schemaSection),
    '## The directory’s own properties',
    'What carries over between SCIM and the user of the directory. `userName` is `username`, the primary e-mail is `email`, and `active` is “not suspended, and the password not expired”.',
    table(['SCIM', 'property', 'label'], contract),
  );
}

function schemaSection({ name, id, attributes }: SchemaDefinition): string {
  return `## ${name}\n\n\`${id}\`\n\n${attributeRows(attributes)}`;
}

function attributeRows(attributes: readonly AttributeDefinition[]): string {
  const rows = attributes.flatMap((attribute) => [
    attributeRow(attribute.name, attribute),
    ...(attribute.subAttributes ?? []).map((sub) => attributeRow(`${attribute.name}.${sub.name}`, sub)),
  ]);
  const header = ['attribute', 'type', 'required', 'case exact', 'mutability', 'returned', 'uniqueness', 'meaning'];
  return table(header, rows);
}

function attributeRow(name: string, definition: AttributeDefinition): readonly string[] {
  const { type, multiValued, required, caseExact, mutability, returned, uniqueness, description } = definition;
  const { canonicalValues, referenceTypes, maxLength, invisible } = definition;
  const meaning = [
    description,
    canonicalValues && `Usual: ${canonicalValues.join(', ')}.`,
    referenceTypes && `Refers to: ${referenceTypes.join(', ')}.`,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    invisible === 'refused' && 'No characters that cannot be seen.',
    invisible === 'scripts' && 'No control characters, and none that reorder the text.',
  ];
  return [
    `\`${name}\``,
    `${type}${multiValued ? ', multi-valued' : ''}`,
    required ? 'yes' : '',
    caseExact ? 'yes' : '',
    mutability,
    returned,
    uniqueness,
    meaning.filter(Boolean).join(' '),
  ];
}

/** Writes the pages; with --check, only says which of them differ, and fails if any does. */
async function run(checkOnly: boolean): Promise<void> {
  for (const [path, make] of Object.entries(pages)) {
    const text = await make();
    const differs = !existsSync(path) || readFileSync(path, 'utf8') !== text;
    if (!differs) continue;
    if (checkOnly) {
      console.error(`${path} is out of date: npm run reference`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    }
  }
}

if (import.meta.main) await run(process.argv.includes('--check'));
