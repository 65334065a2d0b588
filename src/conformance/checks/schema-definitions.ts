import type { JsonValue } from '#base/json.ts';
import { must, should, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectEqual, expectStatus, expectThat, read, readList, readText, resourcesOf, textOf } from '../expect.ts';

const SCHEMA_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

type Allowed = readonly (string | boolean)[];

const characteristics: Readonly<Record<string, Allowed>> = {
  type: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'],
  multiValued: [true, false],
  mutability: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  returned: ['always', 'never', 'default', 'request'],
};
const optionalCharacteristics: Readonly<Record<string, Allowed>> = {
  required: [true, false],
  caseExact: [true, false],
  uniqueness: ['none', 'server', 'global'],
};

interface Definition {
  readonly path: string;
  readonly definition: JsonValue;
  readonly isSub: boolean;
}

/** Returns every attribute and sub-attribute of every schema that the server lists. */
async function definitions({ scim }: Context): Promise<readonly Definition[]> {
  const schemas = resourcesOf(await scim.get('/Schemas'));
  return schemas.flatMap((schema) =>
    readList(schema, 'attributes').flatMap((definition) => {
      const path = `${textOf(read(schema, 'name'))}.${textOf(read(definition, 'name'))}`;
      const inner = readList(definition, 'subAttributes').map((sub) => ({
        path: `${path}.${textOf(read(sub, 'name'))}`,
        definition: sub,
        isSub: true,
      }));
      return [{ path, definition, isSub: false }, ...inner];
    }),
  );
}

function expectOneOf(path: string, name: string, value: JsonValue | undefined, allowed: Allowed): void {
  expectThat(
    allowed.some((one) => one === value),
    `${name} of ${path}`,
    allowed.join(', '),
    value,
  );
}

function expectNoneTwice(what: string, names: readonly string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  expectEqual(`attributes that ${what} defines twice`, twice, []);
}

export const schemaDefinitionsSection: Section = {
  source: 'RFC 7643 §7',
  title: 'Schema definitions',
  checks: [
    must('schemas.shape', 'Each schema has a URN as its id and a list of attributes.', async ({ scim }) => {
      for (const schema of resourcesOf(await scim.get('/Schemas'))) {
        const id = readText(schema, 'id');
        expectThat(/^urn:/i.test(id), 'id', 'a URN', id);
        expectThat(readList(schema, 'attributes').length > 0, `attributes of ${id}`, 'at least one', []);
      }
    }),
    must(
      'schemas.schemas',
      'The schemas attribute of each schema is the URN of the Schema schema.',
      async ({ scim }) => {
        for (const schema of resourcesOf(await scim.get('/Schemas'))) {
          expectEqual(`schemas of ${textOf(read(schema, 'id'))}`, read(schema, 'schemas'), [SCHEMA_SCHEMA]);
        }
      },
    ),
    must(
      'schemas.one',
      'GET /Schemas/{id} with the URN of a schema as the id returns that schema.',
      async ({ scim }) => {
        for (const listed of resourcesOf(await scim.get('/Schemas'))) {
          const answer = await scim.get(`/Schemas/${readText(listed, 'id')}`);
          expectStatus(answer, 200);
          expectEqual('the schema', answer.body, listed);
        }
      },
    ),
    must(
      'schemas.characteristics',
      'Each attribute definition states type, multiValued, mutability and returned.',
      async (context) => {
        for (const { path, definition } of await definitions(context)) {
          for (const [name, allowed] of Object.entries(characteristics))
            expectOneOf(path, name, read(definition, name), allowed);
        }
      },
    ),
    must(
      'schemas.optional-characteristics',
      'If present, required, caseExact and uniqueness have a value that RFC 7643 defines.',
      async (context) => {
        for (const { path, definition } of await definitions(context)) {
          for (const [name, allowed] of Object.entries(optionalCharacteristics)) {
            const value = read(definition, name);
            if (value !== undefined) expectOneOf(path, name, value, allowed);
          }
        }
      },
    ),
    should(
      'schemas.strings',
      'String attributes state required, caseExact and uniqueness, so that clients need not guess.',
      async (context) => {
        for (const { path, definition } of await definitions(context)) {
          if (read(definition, 'type') !== 'string') continue;
          for (const [name, allowed] of Object.entries(optionalCharacteristics))
            expectOneOf(path, name, read(definition, name), allowed);
        }
      },
    ),
    should('schemas.descriptions', 'Each attribute has a human-readable description.', async (context) => {
      for (const { path, definition } of await definitions(context)) {
        const description = read(definition, 'description');
        expectThat(
          typeof description === 'string' && description !== '',
          `description of ${path}`,
          'a non-empty string',
          description,
        );
      }
    }),
    must(
      'schemas.names',
      'Attribute names start with a letter (or are $ref) and contain only letters, digits, "-" and "_".',
      async (context) => {
        for (const { definition } of await definitions(context)) {
          const name = readText(definition, 'name');
          expectThat(/^(\$ref|[A-Za-z][\w-]*)$/.test(name), 'name', 'an attribute name (RFC 7643 §2.1)', name);
        }
      },
    ),
    must(
      'schemas.unique-names',
      'A schema does not define an attribute twice, not even in a different case.',
      async (context) => {
        const all = await definitions(context);
        expectNoneTwice(
          'a schema',
          all.map(({ path }) => path.toLowerCase()),
        );
      },
    ),
    must(
      'schemas.complex',
      'Complex attributes list their sub-attributes, and other attributes have none.',
      async (context) => {
        for (const { path, definition } of await definitions(context)) {
          const count = readList(definition, 'subAttributes').length;
          const isComplex = read(definition, 'type') === 'complex';
          expectThat(
            isComplex ? count > 0 : count === 0,
            `subAttributes of ${path}`,
            isComplex ? 'at least one' : 'none',
            count,
          );
        }
      },
    ),
    must('schemas.no-deep-nesting', 'A sub-attribute is not complex (RFC 7643 §2.3.8).', async (context) => {
      for (const { path, definition, isSub } of await definitions(context)) {
        if (isSub) expectThat(read(definition, 'type') !== 'complex', `type of ${path}`, 'not complex', 'complex');
      }
    }),
    must('schemas.references', 'Reference attributes list the types that they can refer to.', async (context) => {
      for (const { path, definition } of await definitions(context)) {
        if (read(definition, 'type') !== 'reference') continue;
        const types = readList(definition, 'referenceTypes');
        expectThat(types.length > 0, `referenceTypes of ${path}`, 'at least one', types);
      }
    }),
    must('schemas.discoverable', 'Every attribute that a resource has is defined in a schema.', async (context) => {
      const { answered } = (await context.people()).person('alpha');
      const general = ['schemas', 'id', 'externalId', 'meta'];
      const known = new Set((await definitions(context)).map(({ path }) => path.split('.')[1]?.toLowerCase()));
      const undefinedAttributes = Object.keys(answered).filter(
        (name) => !name.startsWith('urn:') && !general.includes(name) && !known.has(name.toLowerCase()),
      );
      expectEqual('attributes that no schema defines', undefinedAttributes, []);
    }),
  ],
};
