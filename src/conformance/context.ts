import type { JsonObject } from '#base/json.ts';
import type { Capabilities } from './capabilities.ts';
import type { Client } from './client.ts';
import { expectStatus, readObject } from './expect.ts';
import { createPeople, type People } from './people.ts';
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './scim-names.ts';

/** What checks work with. Everything that they make has a name of this run, and is deleted at its end. */
export interface Context {
  readonly scim: Client;
  readonly capabilities: Capabilities;
  /** A name that nothing else has; strict servers take it as userName: letters, digits and "-", a letter first. */
  readonly unique: (label: string) => string;
  /** A valid user with a name and an e-mail of its own. */
  readonly userBody: (attributes?: JsonObject) => JsonObject;
  readonly groupBody: (attributes?: JsonObject) => JsonObject;
  /** Creates a user, and returns it as the server answers it. */
  readonly newUser: (attributes?: JsonObject) => Promise<JsonObject>;
  readonly newGroup: (attributes?: JsonObject) => Promise<JsonObject>;
  /** People whom all checks may read, and none may change. */
  readonly people: () => Promise<People>;
}

export function createContext(scim: Client, capabilities: Capabilities, prefix: string): Context {
  let count = 0;
  const unique = (label: string): string => `${prefix}-${label}-${(count += 1)}`;
  const userBody = (attributes: JsonObject = {}): JsonObject => {
    const userName = unique('user');
    const schemas = attributes[ENTERPRISE_SCHEMA] === undefined ? [USER_SCHEMA] : [USER_SCHEMA, ENTERPRISE_SCHEMA];
    const emails = [{ type: 'work', primary: true, value: `${userName}@conformance.example` }];
    return { schemas, userName, emails, ...attributes };
  };
  const groupBody = (attributes: JsonObject = {}): JsonObject => {
    return { schemas: [GROUP_SCHEMA], displayName: unique('group'), ...attributes };
  };
  const create = async (path: string, body: JsonObject): Promise<JsonObject> => {
    const answer = await scim.post(path, body);
    expectStatus(answer, 201);
    return readObject(answer.body);
  };
  let people: Promise<People> | undefined;
  return {
    scim,
    capabilities,
    unique,
    userBody,
    groupBody,
    newUser: (attributes) => create('/Users', userBody(attributes)),
    newGroup: (attributes) => create('/Groups', groupBody(attributes)),
    people: () => (people ??= createPeople({ scim, capabilities, userBody }, prefix)),
  };
}
