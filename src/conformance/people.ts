import type { JsonObject } from '#base/json.ts';
import type { Capabilities } from './capabilities.ts';
import type { Client } from './client.ts';
import { expectStatus, readText } from './expect.ts';
import { ENTERPRISE_SCHEMA } from './scim-names.ts';

export interface Person {
  readonly id: string;
  /** The body of the request that created the user. */
  readonly sent: JsonObject;
  /** The body of the response to that request. */
  readonly answered: JsonObject;
}

const names = ['alpha', 'bravo', 'charlie', 'delta', 'echo'] as const;
export type PersonName = (typeof names)[number];

/** Five test users with attributes that give each filter, sort order and page a different result. */
export interface People {
  /** A filter that matches exactly these five users. */
  readonly filter: string;
  /** The prefix of every value that filters search for, so that no other user in the directory has such a value. */
  readonly mark: string;
  readonly all: readonly Person[];
  /** Returns the ids of these users, in the given order. */
  readonly idsFor: (...names: readonly PersonName[]) => readonly string[];
  readonly person: (name: PersonName) => Person;
}

/**
 * Returns the attributes of each test user. The titles of alpha and bravo differ only in case. alpha, charlie and delta have a nickName.
 * The nickName of charlie contains characters that filters must escape. Sorting by displayName, by primary email and by creation time
 * gives three different orders.
 */
function attributesOf(mark: string): Readonly<Record<PersonName, JsonObject>> {
  const mails = (name: string, primary: string): JsonObject[] => [
    { type: 'home', value: `${name}@home.${mark}.example` },
    { type: 'work', value: `${primary}@work.${mark}.example`, primary: true },
  ];
  const work = (value: string): JsonObject[] => [
    { type: 'work', value: `${value}@work.${mark}.example`, primary: true },
  ];
  const enterprise = (department: string, number: number): JsonObject => ({
    department: `${mark} ${department}`,
    employeeNumber: `${mark}${number}`,
  });
  return {
    alpha: {
      displayName: `${mark} delta`,
      title: `${mark} Engineer`,
      nickName: `${mark} Ann`,
      name: { familyName: `${mark}Meier`, givenName: 'Ann' },
      emails: mails('a', 'm3'),
      [ENTERPRISE_SCHEMA]: enterprise('Sales', 1),
    },
    bravo: {
      displayName: `${mark} Bravo`,
      title: `${mark} engineer`,
      name: { familyName: `${mark}Novak`, givenName: 'Bo' },
      emails: work('m1'),
      [ENTERPRISE_SCHEMA]: enterprise('Sales', 2),
    },
    charlie: {
      displayName: `${mark} echo`,
      title: `${mark} Pilot`,
      nickName: `${mark} "Chuck" \\ C`,
      name: { familyName: `${mark}Meier`, givenName: 'Cy' },
      emails: mails('z', 'm2'),
      [ENTERPRISE_SCHEMA]: enterprise('Legal', 3),
    },
    delta: {
      displayName: `${mark} charlie`,
      nickName: `${mark} Dee`,
      name: { familyName: `${mark}Ortiz`, givenName: 'Dee' },
      emails: work('m5'),
    },
    echo: {
      displayName: `${mark} Alpha`,
      title: `${mark} Analyst`,
      name: { familyName: `${mark}Quist`, givenName: 'Eve' },
      emails: work('m4'),
    },
  };
}

interface PeopleDeps {
  readonly scim: Client;
  readonly capabilities: Capabilities;
  readonly userBody: (attributes: JsonObject) => JsonObject;
}

/**
 * Creates the five test users and deactivates echo. Throws CheckFailure if the server refuses a request, so that every check that needs
 * these users fails with the same reason.
 */
export async function createPeople(deps: PeopleDeps, prefix: string): Promise<People> {
  const { scim, capabilities, userBody } = deps;
  const attributes = attributesOf(prefix);
  const people = new Map<PersonName, Person>();
  for (const name of names) {
    const { [ENTERPRISE_SCHEMA]: enterprise, ...core } = attributes[name];
    const extended = enterprise !== undefined && capabilities.supports('enterprise');
    const sent = userBody({
      ...core,
      ...(extended && { [ENTERPRISE_SCHEMA]: enterprise }),
      userName: `${prefix}-person-${name}`,
      externalId: `${prefix}-External-${name}`,
    });
    const answer = await scim.post('/Users', sent);
    expectStatus(answer, 201);
    people.set(name, { id: readText(answer.body, 'id'), sent, answered: answer.body as JsonObject });
  }
  const person = (name: PersonName): Person => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`There is no person ${name}.`);
    return found;
  };
  await deactivate(deps, person('echo'));
  return {
    filter: `userName sw "${prefix}-person-"`,
    mark: prefix,
    all: names.map(person),
    idsFor: (...wanted) => wanted.map((name) => person(name).id),
    person,
  };
}

/** Deactivates a user after its creation, because some servers cannot create inactive users. */
async function deactivate({ scim, capabilities }: PeopleDeps, { id, sent }: Person): Promise<void> {
  const path = `/Users/${id}`;
  const answer = capabilities.supports('patch')
    ? await scim.patch(path, [{ op: 'replace', path: 'active', value: false }])
    : await scim.put(path, { ...sent, id, active: false });
  expectStatus(answer, 200, 204);
}
