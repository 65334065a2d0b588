import type { JsonObject } from '#base/json.ts';
import type { EntraTenant, SourceUser } from '../source-object.ts';
import { guidOf, type Dice } from './dice.ts';
import { generateName, type PersonName } from './people-names.ts';
import { offices, partners, type Department, type Office } from './workplaces.ts';

/** The percentages of users with each trait. */
const SPEAKS_ENGLISH = 20;
const WITHOUT_MAIL = 8;
const CONTRACTORS = 9;
const SYNCHRONIZED = 45;
const WITH_TELEPHONE = 80;
const WITH_MOBILE = 65;
const WITH_FAX = 2;
/** The first year in which users were hired, and the number of years from then on in which users were hired. */
const FIRST_YEAR = 2004;
const YEARS = 22;

export type GeneratedTenantKey = Pick<EntraTenant, 'id' | 'organizationId' | 'domain'>;

export interface Role {
  readonly department: Department;
  readonly title: string;
}

/** Generates the attributes of an employee. `unique` changes an alias so that no other user has it. */
export function employeeAttributes(
  dice: Dice,
  role: Role,
  domain: string,
  unique: (alias: string) => string,
): JsonObject {
  const office = dice.weighted(offices);
  const name = generateName(dice, dice.chance(SPEAKS_ENGLISH) ? 'en' : office.language);
  const alias = unique(name.alias);
  const userPrincipalName = `${alias}@${domain}`;
  return {
    userPrincipalName,
    ...nameAttributes(name, alias),
    ...(!dice.chance(WITHOUT_MAIL) && {
      mail: userPrincipalName,
      proxyAddresses: [`SMTP:${userPrincipalName}`, ...(dice.chance(30) ? [`smtp:${alias}@mail.${domain}`] : [])],
    }),
    ...roleAttributes(role),
    companyName: companyOf(domain),
    employeeType: dice.chance(CONTRACTORS) ? 'Contractor' : 'Employee',
    employeeHireDate: hireDate(dice),
    ...officeAttributes(dice, office),
    userType: 'Member',
    ...synchronizedAttributes(dice, userPrincipalName),
  };
}

function nameAttributes({ givenName, surname, displayName }: PersonName, mailNickname: string): JsonObject {
  return { displayName, givenName, surname, mailNickname: mailNickname.replaceAll("'", '') };
}

/** Returns the attributes that depend on the role. */
export function roleAttributes({ department, title }: Role): JsonObject {
  return { jobTitle: title, department: department.name, extensionAttribute1: department.costCenter };
}

/** Generates the attributes that depend on the office. */
export function officeAttributes(dice: Dice, office: Office): JsonObject {
  const fill = (pattern: string) => pattern.replaceAll('#', () => dice.digits(1));
  return {
    physicalDeliveryOfficeName: `${office.city} ${dice.below(9) + 1}.${dice.digits(2)}`,
    streetAddress: dice.pick(office.streets).replace('#', String(dice.below(180) + 1)),
    city: office.city,
    state: office.state,
    postalCode: fill(office.postalCode),
    country: office.country,
    usageLocation: office.countryCode,
    preferredLanguage: office.preferredLanguage,
    ...(dice.chance(WITH_TELEPHONE) && { telephoneNumber: fill(office.phone) }),
    ...(dice.chance(WITH_MOBILE) && { mobile: fill(office.mobile) }),
    ...(dice.chance(WITH_FAX) && { facsimileTelephoneNumber: fill(office.phone) }),
  };
}

function hireDate(dice: Dice): string {
  const month = String(dice.below(12) + 1).padStart(2, '0');
  return `${FIRST_YEAR + dice.below(YEARS)}-${month}-${dice.chance(70) ? '01' : '15'}T00:00:00Z`;
}

/** Derives a company name from a domain: Contoso from contoso.example. */
function companyOf(domain: string): string {
  const [label = domain] = domain.split('.');
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/**
 * Generates the attributes of a user who is synchronized from an on-premises Active Directory. Returns `{}` for a user who is not
 * synchronized.
 */
function synchronizedAttributes(dice: Dice, upn: string): JsonObject {
  if (!dice.chance(SYNCHRONIZED)) return {};
  return {
    dirSyncEnabled: true,
    immutableId: Buffer.from(guidOf('immutableId', upn).replaceAll('-', ''), 'hex').toString('base64'),
    onPremisesSecurityIdentifier: `S-1-5-21-1004336348-1177238915-682003330-${dice.below(900_000) + 1_100}`,
  };
}

/** Generates the attributes of a guest, a user who was invited from another company. */
export function guestAttributes(dice: Dice, domain: string, unique: (alias: string) => string): JsonObject {
  const name = generateName(dice, dice.weighted(offices).language);
  const partner = dice.pick(partners);
  // Two guests from one company must not have the same email address.
  const alias = unique(`${name.alias}_${partner}#EXT#`).replace(/_.*$/, '');
  const mail = `${alias}@${partner}`;
  return {
    userPrincipalName: `${alias}_${partner}#EXT#@${domain}`,
    // The alias has no #EXT#, because targets do not allow # in a username, and a mapping would have to remove it.
    ...nameAttributes(name, `${alias}_${partner}`),
    mail,
    otherMails: [mail],
    proxyAddresses: [`SMTP:${mail}`],
    companyName: companyOf(partner),
    userType: 'Guest',
  };
}

/** Builds a user of the tenant, without storing it. */
export function toSourceUser(
  tenant: GeneratedTenantKey,
  values: Pick<SourceUser, 'id' | 'attributes' | 'accountEnabled' | 'managerId'>,
  at: Date,
): SourceUser {
  return {
    type: 'User',
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    ...values,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
  };
}
