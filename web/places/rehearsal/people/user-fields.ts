import type { User } from '../objects.ts';

/**
 * The properties of a user that the drawer shows, in the sections and the order of Entra's page of a user. The names are those of Graph; a
 * list has several values.
 */
export const userSections = {
  identity: ['displayName', 'givenName', 'surname', 'userPrincipalName', 'mailNickname', 'userType'],
  job: ['jobTitle', 'companyName', 'department', 'employeeId', 'employeeType', 'employeeHireDate', 'officeLocation'],
  contact: [
    'streetAddress',
    'city',
    'state',
    'postalCode',
    'country',
    'businessPhones',
    'mobilePhone',
    'faxNumber',
    'mail',
    'otherMails',
    'proxyAddresses',
  ],
  settings: ['usageLocation', 'preferredLanguage'],
} as const;
export type UserSection = keyof typeof userSections;

const EXTENSION_ATTRIBUTES = 15;
/** The names of the extension attributes, which are inside of onPremisesExtensionAttributes. */
export const extensionFields = Array.from(
  { length: EXTENSION_ATTRIBUTES },
  (_, index) => `extensionAttribute${index + 1}`,
);

/** The properties to read for the drawer. */
export const userSelection: readonly string[] = [
  'id',
  'accountEnabled',
  'deletedDateTime',
  'createdDateTime',
  'onPremisesExtensionAttributes',
  ...Object.values(userSections).flat(),
];

const lists: ReadonlySet<string> = new Set(['businessPhones', 'otherMails', 'proxyAddresses']);

/** Returns the text of a property: several values are separated by a comma. */
export function fieldText(user: User, name: string): string {
  const { onPremisesExtensionAttributes: extension } = user;
  const within = extensionFields.includes(name) ? (extension as Readonly<Record<string, unknown>> | null) : user;
  const value: unknown = within?.[name];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : '';
}

/** Returns the texts of all properties of the drawer, by name. */
export function fieldTexts(user: User): Readonly<Record<string, string>> {
  const names = [...Object.values(userSections).flat(), ...extensionFields];
  return Object.fromEntries(names.map((name) => [name, fieldText(user, name)]));
}

/**
 * Returns the properties that a form changed, as a body for Graph. An empty field removes the value.
 *
 * @example
 * changedFields(user, new Map([['jobTitle', 'Pilot'], ['mail', '']])); // { jobTitle: 'Pilot', mail: null }
 */
export function changedFields(user: User, form: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const changed = [...form].filter(([name, text]) => text.trim() !== fieldText(user, name));
  const inside = changed.filter(([name]) => extensionFields.includes(name));
  const own = changed.filter(([name]) => !extensionFields.includes(name));
  return {
    ...Object.fromEntries(own.map(([name, text]) => [name, valueOf(name, text.trim())])),
    ...(inside.length > 0 && {
      onPremisesExtensionAttributes: Object.fromEntries(
        inside.map(([name, text]) => [name, valueOf(name, text.trim())]),
      ),
    }),
  };
}

function valueOf(name: string, text: string): unknown {
  if (!lists.has(name)) return text === '' ? null : text;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
