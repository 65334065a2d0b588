import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { indexedTerms } from '#base/search-terms.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import { termColumns } from '#directory/person-terms.ts';
import { derivedProperties } from '#directory/user-rules.ts';
import type { NewUser } from '#directory/user-values.ts';
import { insertUser } from '#directory/user-write-store.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

/** Number of people that one transaction writes. In a longer one, SQLite's journal of each statement costs more. */
const BATCH = 50;
const syllables = 'an be li ro ka ti so ne da vi el jo na ri to le sa ki mu ze'.split(' ');
const titles = [
  'Engineer',
  'Senior Engineer',
  'Purchasing Lead',
  'Accountant',
  'Nurse',
  'Team Lead',
  'Account Manager',
  'Driver',
];
const departments = [
  'Research',
  'Purchasing',
  'Sales Europe',
  'Customer Service',
  'Quality',
  'Warehouse',
  'Finance',
  'Legal',
];
const family = '王李张刘陈杨黄赵';
const given = '小明丽华强芳伟静';

/** Returns a number from 0 to `below - 1` that depends only on the arguments. */
function pick(index: number, salt: number, below: number): number {
  return Math.floor((Math.imul(index + salt * 7_919 + 1, 2_654_435_761) >>> 0) / (2 ** 32 / below));
}

function word(seed: number): string {
  const parts = [1, 2, 3].map((salt) => syllables[pick(seed, salt, syllables.length)] ?? '');
  return parts.join('').replace(/^./, (letter) => letter.toUpperCase());
}

/** Returns the number of a person, which is in all values that must be unique. It has six digits. */
export function personNumber(person: number): string {
  return String(100_000 + person);
}

/** The number of different people. Further people have the values of one of them, with another number. */
export const DIFFERENT_PEOPLE = 10_000;

/** Returns a person of a large company. A third of the people have a word that begins with M; one in fifty has a Chinese name. */
export function benchPerson(person: number): JsonObject {
  const number = personNumber(person);
  const index = person % DIFFERENT_PEOPLE;
  const first = index % 3 === 0 ? `M${word(pick(index, 1, 300)).toLowerCase()}` : word(pick(index, 1, 300));
  const last = word(1_000 + pick(index, 2, 8_000));
  const isChinese = index % 50 === 7;
  const name = `${first.toLowerCase()}.${last.toLowerCase()}${number}`;
  const characters = [family[pick(index, 3, 8)], given[pick(index, 4, 8)], given[pick(index, 5, 8)]].join('');
  return {
    userName: `${name}@contoso.example`,
    externalId: `00${number}-4f1c-4b1e-9a3f-${pick(index, 6, 2 ** 31)
      .toString(16)
      .padStart(12, '0')}`,
    displayName: isChinese ? characters : `${first} ${last}`,
    title: titles[pick(index, 7, titles.length)] ?? '',
    name: { givenName: first, familyName: last },
    emails: [{ type: 'work', primary: true, value: `${name}@contoso.example` }],
    phoneNumbers: [{ type: 'work', value: `+49 30 ${1_000_000 + pick(index, 8, 8_999_999)}` }],
    [ENTERPRISE_USER_SCHEMA]: {
      department: departments[pick(index, 9, departments.length)] ?? '',
      employeeNumber: `E${number}`,
    },
  };
}

/** Returns a person as a new user of the integration of a caller. One in ten is suspended. */
export function newBenchUser(
  { clock }: Pick<DirectoryDeps, 'clock'>,
  { origin, rules }: Caller,
  index: number,
): NewUser {
  const document = benchPerson(index);
  return {
    id: newId(clock),
    organizationId: origin.organizationId,
    integrationId: origin.integration?.id ?? null,
    creationSource: 'tanhua:scim',
    state: index % 10 === 3 ? 'SUSPENDED' : 'ACTIVATED',
    passwordHash: null,
    unqualified: [],
    properties: {},
    at: clock.now(),
    document,
    ...derivedProperties(rules, document),
  };
}

/** Adds people to a directory, calling the store directly. */
export async function fillPeople(deps: DirectoryDeps, caller: Caller, count: number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    await deps.database.transaction().execute(async (transaction) => {
      for (let index = start; index < Math.min(start + BATCH, count); index += 1) {
        await insertUser(deps, transaction, newBenchUser(deps, caller, index));
      }
    });
  }
}

/** The number of refused people that one statement writes. */
const REFUSED_BATCH = 500;

/** Adds people who were refused, numbered from `first` on. */
export async function fillRefused(deps: DirectoryDeps, caller: Caller, first: number, count: number): Promise<void> {
  const { organizationId, integration } = caller.origin;
  for (let start = first; start < first + count; start += REFUSED_BATCH) {
    const rows = Array.from({ length: Math.min(REFUSED_BATCH, first + count - start) }, (_, offset) => {
      const person = benchPerson(start + offset);
      const [userName, name, externalId] = [person['userName'], person['displayName'], person['externalId']].map(
        String,
      );
      const at = deps.clock.now().getTime();
      return {
        id: newId(deps.clock),
        organization_id: organizationId,
        source_id: integration?.id ?? '',
        source_name: integration?.name ?? null,
        name: name ?? null,
        name_key: name === undefined ? null : fold(name),
        user_name: userName ?? null,
        user_name_key: userName ?? null,
        email: userName ?? null,
        email_key: userName ?? null,
        external_id: externalId ?? null,
        error_code: 'emailRequired',
        reason_code: null,
        message: 'The user has no primary email address.',
        event_id: newId(deps.clock),
        refusals: 1,
        first_at: at,
        last_at: at,
        ...termColumns(indexedTerms([name ?? '', userName ?? ''], [], [externalId ?? ''])),
      };
    });
    await deps.database.insertInto('refused_people').values(rows).execute();
  }
}
