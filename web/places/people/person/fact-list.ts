import type { Schemas } from '../../../data/client.ts';
import type { Words } from '../../../words/words.tsx';
import type { User } from './use-person.ts';

export type FactName = keyof Words['person']['fact'];
/** The facts that one text states, so that a field can change them. */
export type TextFact = Exclude<FactName, 'phoneNumbers' | 'addresses'>;
export type UserChange = Schemas['systemuserchange'];

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The facts in the order of the guide, each with its name in SCIM. */
export const scimNames: Readonly<Record<FactName, string>> = {
  username: 'userName',
  displayname: 'displayName',
  firstname: 'name.givenName',
  middlename: 'name.middleName',
  lastname: 'name.familyName',
  email: 'emails[type eq "work"].value',
  alternateEmail: 'emails[type eq "home"].value',
  jobTitle: 'title',
  department: `${enterprise}:department`,
  company: `${enterprise}:organization`,
  costCenter: `${enterprise}:costCenter`,
  employeeIdentifier: `${enterprise}:employeeNumber`,
  employeeType: 'userType',
  manager: `${enterprise}:manager`,
  location: 'locale',
  phoneNumbers: 'phoneNumbers',
  addresses: 'addresses',
  description: 'description',
};
export const factNames = Object.keys(scimNames) as readonly FactName[];
/** Facts that are shown although they have no value, because people look for them. */
const alwaysShown: ReadonlySet<FactName> = new Set([
  'username',
  'displayname',
  'email',
  'jobTitle',
  'department',
  'manager',
  'employeeIdentifier',
  'costCenter',
  'location',
]);

export function isTextFact(name: FactName): name is TextFact {
  return name !== 'phoneNumbers' && name !== 'addresses';
}

/** Returns a fact as one text; empty if it has no value. */
export function factText(user: User, name: FactName): string {
  if (name === 'phoneNumbers') {
    return (user.phoneNumbers ?? []).map(({ number, type }) => `${number ?? ''} (${type ?? ''})`).join(', ');
  }
  if (name === 'addresses') {
    return (user.addresses ?? [])
      .map(({ streetAddress, postalCode, locality, region, country }) =>
        [streetAddress, postalCode, locality, region, country].filter((part) => (part ?? '') !== '').join(', '),
      )
      .join('; ');
  }
  return user[name] ?? '';
}

export function shownFacts(user: User): readonly FactName[] {
  return factNames.filter((name) => alwaysShown.has(name) || factText(user, name) !== '');
}

/** The facts by the last part of their names in SCIM, and by their names here. */
const factsByPath: ReadonlyMap<string, FactName> = new Map(
  factNames.flatMap((name) => [[lastPart(scimNames[name]), name] as const, [name, name] as const]),
);
/** The words of the server for the elements of an attribute that are separate facts. */
const factsByWords: Readonly<Record<string, FactName>> = { 'Primary email': 'email', 'Home email': 'alternateEmail' };

/** Returns the label of a changed attribute: that of the fact, or else the words of the server. */
export function changeLabel(
  { field, attribute }: { readonly field: string; readonly attribute: string },
  words: Words,
) {
  const isList = field === 'phoneNumbers' || field === 'addresses';
  const name = isList ? undefined : (factsByWords[attribute] ?? factsByPath.get(lastPart(field)));
  return name === undefined ? attribute : words.person.fact[name];
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf(':') + 1);
}

/** Returns the id of the source that owns a fact; undefined if administrators can change it. */
export function ownerOf(user: User, name: FactName): string | undefined {
  const owned = user.restrictedFields?.find(({ field }) => field === name);
  return owned === undefined ? undefined : (owned.id ?? '');
}

/** Returns the change that sets a fact. An empty text removes the value. */
export function changeOf(name: TextFact, text: string): UserChange {
  const value = text.trim();
  return { [name]: value === '' ? null : value };
}

/** Returns the change that releases a field from the source that owns it: the fields that the source keeps. */
export function releaseOf(user: User, name: FactName): UserChange {
  const kept = (user.restrictedFields ?? []).filter(({ field }) => field !== name);
  return { restrictedFields: kept } as UserChange;
}
