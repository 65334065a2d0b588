import type { JsonObject } from '#base/json.ts';
import type { Capabilities } from './capabilities.ts';
import type { Client } from './client.ts';
import { expectStatus, readObject } from './expect.ts';
import { createPeople, type People } from './people.ts';
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './scim-names.ts';

/** What a check can use. All resources that checks create have names with the prefix of the run. The run deletes them at its end. */
export interface Context {
  readonly scim: Client;
  readonly capabilities: Capabilities;
  /**
   * Returns a unique name, such as `tc1a2b3c4d-user-4`. Strict servers accept it as a userName: it starts with a letter and contains only
   * letters, digits and "-".
   */
  readonly unique: (label: string) => string;
  /** Returns the body of a valid user with a unique userName and email. `attributes` are added to the defaults and override them. */
  readonly userBody: (attributes?: JsonObject) => JsonObject;
  readonly groupBody: (attributes?: JsonObject) => JsonObject;
  /** Creates a user and returns the body of the response. Throws CheckFailure unless the status is 201. */
  readonly newUser: (attributes?: JsonObject) => Promise<JsonObject>;
  readonly newGroup: (attributes?: JsonObject) => Promise<JsonObject>;
  /** Returns the five test users, which every check may read and none may change. The first call creates them. */
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
