import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format } from 'oxfmt';
import { radiusReasons } from '#base/words/radius-reasons.ts';
import { aadstsTable } from '#radius/credentials/aadsts-table.ts';
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
import { allRoutes } from '#rest-api/all-routes.ts';
import { openApiDocument } from '#rest-api/openapi.ts';
import { PASSWORD_LENGTH_MAX } from '#organizations/password-policy.ts';
import { settingDefinitions, settingNames, settingValues } from '#organizations/settings.ts';
import type { AttributeDefinition, SchemaDefinition } from '#scim/schema/attribute.ts';
import { enterpriseUserSchema } from '#scim/schema/enterprise-user.ts';
import { groupSchema } from '#scim/schema/group.ts';
import { commonAttributes } from '#scim/schema/resource-attributes.ts';
import { userSchema } from '#scim/schema/user.ts';
import type { JsonObject } from '#base/json.ts';
import { commandsPage } from './commands-page.ts';
import { contractsModule } from './contracts-module.ts';
import { page, table } from './reference-page.ts';

/** Maps the path of each generated reference page to a function that returns its text. A test asserts that the pages are current. */
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
  'docs/reference/openapi.json': () => `${JSON.stringify(openApiDocument(allRoutes), null, 2)}\n`,
  'web/contracts/api.ts': contractsPage,
};

/** Returns the types of the REST API for the console, formatted like the rest of the sources. */
async function contractsPage(): Promise<string> {
  const document = JSON.parse(JSON.stringify(openApiDocument(allRoutes))) as JsonObject;
  const { code } = await format('api.ts', contractsModule(document), { singleQuote: true, printWidth: 120 });
  return code;
}

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
    'Every refusal has a code. SCIM responses contain the HTTP status, the `scimType` of RFC 7644 §3.12, and a `detail` that names the attribute, the value and the remedy. Events contain the code as `error_code`.',
    table(['code', 'HTTP status', 'scimType', 'what happened', 'what to do'], rows),
    '## Reasons',
    'A refusal that depends on a value has a reason: a code with parameters, which events contain as `reason`. The description of the fault is the same for every caller. The remedy depends on the interface and on the value. The texts below are for sample values.',
    table(['reason', 'error', 'interface', 'text'], Object.entries(reasonTable).flatMap(reasonRows)),
  );
}

const interfaceTitles: Readonly<Record<Interface, string>> = {
  scim: 'SCIM',
  rest: 'REST',
  csv: 'CSV',
  commandLine: 'command line',
  portal: 'portal',
};

/** Returns a row for each distinct text of a reason, with the interfaces that use it. */
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
    'Settings are environment variables. For each setting, the variable `NAME_FILE` can name a file that contains the value. The start fails if an unknown variable starts with `TANHUA_`. `npx tanhua config` prints the current values, with secrets masked.',
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
    'Each rule is a separate setting. `strict` and `standard` are presets for all rules. Rules can be changed while the directory runs: `npx tanhua integration set "Entra ID" userName=any`, or `npx tanhua integration set "Entra ID" standard`.',
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
    `These settings apply to all users of an organization, regardless of the integration that provisions them. \`npx tanhua organization show\` prints the current values. \`npx tanhua organization set passwordMinLength=12 passwordNeedsNumber=on\` changes them while the directory runs, and applies to passwords that are set afterwards. A password has at most ${PASSWORD_LENGTH_MAX} characters; no setting changes that.`,
    table(['setting', 'values', 'default', 'meaning'], rows),
  );
}

function eventsPage(): string {
  const rows = Object.entries(eventTypes).map(([type, { description }]) => [`\`${type}\``, description]);
  return page(
    'Events',
    'Every change and every refused request is recorded as an event. The event of a change is written in the same transaction as the change. `npx tanhua event list` lists events.',
    table(['event_type', 'meaning'], rows),
    'An event of the type `radius_auth_attempt` has the reason of its outcome in `radius.reason`. The answer `reject` is a refusal, `lock` a refusal because of the account, and `silence` no reply, so that the access point asks another server.',
    table(['radius.reason', 'answer', 'meaning', 'what to do'], radiusRows()),
    'Codes of Entra ID (AADSTS) and their reasons. Any other code of a refused sign-in is `entraRefused`, or `entraRequestRefused` if the answer says that the application or its request is at fault. The status 429 is `entraThrottled`, and a status of 500 or more `entraUnavailable`, whatever the code.',
    table(
      ['radius.aadsts', 'radius.reason'],
      [...aadstsTable]
        .toSorted(([one], [other]) => one - other)
        .map(([code, reason]) => [String(code), `\`${reason}\``]),
    ),
  );
}

function radiusRows() {
  return Object.entries(radiusReasons).map(([name, { answer, text, fix }]) => [`\`${name}\``, answer, text, fix]);
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
    'The permissions of the built-in roles of administrators, in the console and with API keys. An organization can define custom roles with the same permissions.',
    table(
      ['role', 'purpose'],
      names.map((name) => [name, roleDescriptions[name]]),
    ),
    table(['permission', 'what it allows', ...names], rows),
    'No role includes `organizations.create`, which is a permission of the installation. The first start grants it to its administrator, and `tanhua admin set EMAIL --create-organizations on` grants it to others. It has an effect only together with the role Administrator With Billing.',
    'An administrator cannot grant, change or revoke permissions that their own role does not have. For example, an administrator with a custom role that allows creating administrators can neither create an Administrator With Billing nor reset the password of one. Administrators cannot change their own role, and cannot suspend or remove themselves. The last Administrator With Billing cannot be removed.',
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
    `The functions of Entra ID's attribute mappings, in alphabetical order. A parameter in brackets is optional, and a parameter with … can be repeated. Names and values are case-sensitive. An expression has at most ${EXPRESSION_LENGTH_MAX} characters and ${EXPRESSION_DEPTH_MAX} levels, and its regular expressions have at most ${PATTERN_STEPS_MAX} steps in total. \`npx tanhua entra expression --list\` prints the same list. [The guide](../guide/expressions.md) explains how to write expressions.`,
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
    'All attributes with their characteristics (RFC 7643 §7). Names and URNs are case-insensitive.',
    `## Common attributes\n\nEvery resource has these attributes, which do not belong to a schema (RFC 7643 §3.1).\n\n${attributeRows(commonAttributes)}`,
    ...[userSchema, enterpriseUserSchema, groupSchema].map(schemaSection),
    '## The directory’s own properties',
    'Each SCIM attribute and the property of the user in the REST API that has the same value. `userName` is `username`, the primary email is `email`, and `active` means “not suspended, and the password is not expired”.',
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
    canonicalValues && `Usual values: ${canonicalValues.join(', ')}.`,
    referenceTypes && `Refers to: ${referenceTypes.join(', ')}.`,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    invisible === 'refused' && 'No invisible characters.',
    invisible === 'scripts' && 'No control characters, and no characters that reorder the text.',
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

/** Writes the pages. With `--check`, only reports the pages that are out of date, and fails if there are any. */
async function run(checkOnly: boolean): Promise<void> {
  for (const [path, generate] of Object.entries(pages)) {
    const text = await generate();
    const differs = !existsSync(path) || readFileSync(path, 'utf8') !== text;
    if (!differs) continue;
    if (checkOnly) {
      console.error(`${path} is out of date: run npm run reference`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    }
  }
}

if (import.meta.main) await run(process.argv.includes('--check'));
