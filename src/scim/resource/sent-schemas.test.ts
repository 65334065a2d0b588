import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import { messageFor } from '#base/error-message.ts';
import type { JsonValue } from '#base/json.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { PATCH_OP_SCHEMA, requirePatchSchemas, requireResourceSchemas, type SchemasPolicy } from './sent-schemas.ts';

const user = compileResourceSchema('User');
const group = compileResourceSchema('Group');
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTRA_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

type Check = (body: JsonValue, policy: SchemasPolicy) => void;
const ofUser: Check = (body, policy) => requireResourceSchemas(user, body, { schemas: policy });
const ofGroup: Check = (body, policy) => requireResourceSchemas(group, body, { schemas: policy });
const ofPatch: Check = (body, policy) => requirePatchSchemas(user, body, { schemas: policy });

const missing = {};
const operations = { Operations: [] };
const cases: readonly (readonly [name: string, check: Check, body: JsonValue, accepting: readonly SchemasPolicy[]])[] =
  [
    ['a user with its schema', ofUser, { schemas: [USER] }, ['any', 'patch', 'required']],
    [
      'a user with its schemas in another case',
      ofUser,
      { Schemas: [USER.toUpperCase(), ENTERPRISE] },
      ['any', 'patch', 'required'],
    ],
    [
      'a user with a former name of its schema',
      ofUser,
      { schemas: ['urn:scim:schemas:core:2.0'] },
      ['any', 'patch', 'required'],
    ],
    ['a user without schemas', ofUser, missing, ['any', 'patch']],
    ['a user with null as schemas', ofUser, { schemas: null }, ['any', 'patch']],
    ['a user with an empty list of schemas', ofUser, { schemas: [] }, ['any', 'patch']],
    ['a user with only an extension', ofUser, { schemas: [ENTERPRISE] }, ['any', 'patch']],
    ['a user with the schema of groups', ofUser, { schemas: [USER, GROUP] }, ['any', 'patch']],
    ['a user with an unknown schema', ofUser, { schemas: [USER, 'urn:example:none'] }, ['any', 'patch']],
    ['a user with a string as schemas', ofUser, { schemas: USER }, ['any', 'patch']],
    ['a user with a number in schemas', ofUser, { schemas: [1] }, ['any', 'patch']],
    ['a group as Entra ID sends it', ofGroup, { schemas: [GROUP, ENTRA_GROUP] }, ['any', 'patch', 'required']],
    ['a PATCH with its schema', ofPatch, { schemas: [PATCH_OP_SCHEMA] }, ['any', 'patch', 'required']],
    ['a PATCH without schemas', ofPatch, operations, ['any']],
    ['a PATCH with the schema of users', ofPatch, { ...operations, schemas: [USER] }, ['any']],
    ['a PATCH with a part of a user', ofPatch, { title: 'x', schemas: [USER] }, ['any', 'patch']],
    ['a PATCH with a part of a user without schemas', ofPatch, { title: 'x' }, ['any', 'patch']],
    ['a PATCH with an unknown schema', ofPatch, { schemas: ['urn:example:none'] }, ['any']],
    [
      'a PATCH with its schema and an unknown one',
      ofPatch,
      { schemas: [PATCH_OP_SCHEMA, 'urn:example:none'] },
      ['any'],
    ],
  ];

describe.for(['any', 'patch', 'required'] as const)('under the rule schemas=%s,', (policy) => {
  test.for(cases)('%s is accepted if and only if the rule is one of $3', ([, check, body, accepting]) => {
    if (accepting.includes(policy)) {
      expect(() => check(body, policy)).not.toThrow();
      return;
    }
    const error = errorOf(() => check(body, policy));
    expect(error).toMatchObject({ code: 'schemasInvalid', attribute: 'schemas' });
    expect(messageFor(error, 'scim')).toContain('tanhua integration set NAME schemas=any');
  });
});
