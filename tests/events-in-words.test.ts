import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributeWords } from '#audit/attribute-words.ts';
import { describeChange } from '#audit/change-words.ts';
import { eventTypes } from '#audit/event-types.ts';
import { listedEvent } from '#audit/listed-event.ts';
import { mailKindNames } from '#mail/templates.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { enterpriseUserSchema } from '#scim/schema/enterprise-user.ts';
import { groupSchema } from '#scim/schema/group.ts';
import { userSchema } from '#scim/schema/user.ts';
import { repositoryFiles } from './support/repository-files.ts';

/** An identifier of a program: with an underscore, with a capital letter within a word, or a URN. */
const machineName = /\w_\w|_\w|\b[a-z]+[A-Z]|urn:/;

/** The paths of the attributes of a schema, and of their elements of one type, as changes and ignored attributes name them. */
function pathsOf(prefix: string, attributes: readonly AttributeDefinition[]): readonly string[] {
  return attributes.flatMap(({ name, subAttributes = [] }) => [
    `${prefix}${name}`,
    `${prefix}${name}[type eq "work"].value`,
    ...subAttributes.flatMap((sub) => [`${prefix}${name}.${sub.name}`, `${prefix}${name}[type eq "a:b"].${sub.name}`]),
  ]);
}

/** The fields of changes that the sources write out, such as `account_locked`. */
const writtenFields = new Set(
  repositoryFiles('src')
    .filter((path) => !/\.(?:test|fixture)\.ts$/.test(path))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bfield(?:: |\()'(?<field>[\w.]+)', /g)])
    .flatMap(({ groups }) => groups?.['field'] ?? []),
);

const fields: ReadonlySet<string> = new Set([
  ...writtenFields,
  ...[userSchema, enterpriseUserSchema, groupSchema].flatMap(({ id, attributes }) => [
    ...pathsOf('', attributes),
    ...pathsOf(`${id}:`, attributes),
  ]),
  'urn:contoso:scim:schemas:extension:badges:2.0:User:badge_color',
]);

/** Fields whose values are names of the program, with all values. */
const named: Readonly<Record<string, readonly string[]>> = {
  kind: mailKindNames,
  auth_methods: ['pwd', 'otp', 'mfa', 'hwk', 'user'],
  state: ['STAGED', 'ACTIVATED', 'SUSPENDED'],
  identityProvider: ['directory', 'entra'],
  methods: ['pap', 'eapTtlsPap'],
};

test('no event shows the name of a type or of an attribute as the program has it', () => {
  expect([...writtenFields]).toEqual(
    expect.arrayContaining(['account_locked', 'next_attempt_at', 'mfa.exclusionUntil']),
  );
  expect(fields.size).toBeGreaterThan(200);
  for (const field of fields) expect(attributeWords(field), field).not.toMatch(machineName);
});

test.for(Object.keys(eventTypes))('the words of the event %s have no name of the program', (type) => {
  for (const about of [
    { type: 'user', id: 'u', username: 'ann' },
    { type: 'provisioning_job', id: null, name: null },
  ]) {
    const event = {
      id: 'e',
      event_type: type,
      timestamp: '',
      resource: about,
      initiated_by: { type: 'system', id: null, name: '' },
    };
    const { words } = listedEvent({ ...event, error_code: undefined });
    expect(words).not.toMatch(machineName);
    expect(words).not.toContain('`');
  }
  expect(listedEvent({ event_type: type }).words).not.toMatch(machineName);
});

test('no value of a change is a name of the program', () => {
  for (const [field, values] of Object.entries(named)) {
    for (const value of values) {
      const texts = describeChange({ field, from: null, to: value }).map(({ text }) => text);
      expect(texts.join(), value).not.toMatch(machineName);
      // PAP is what people call it (RFC 1334).
      expect(texts.join(), value).not.toMatch(/→ (?:pwd|otp|mfa|hwk|(?!PAP$)[A-Z]+)$/);
      expect(describeChange({ field, from: null, to: [value] })[0]?.text).toBe(texts[0]);
    }
  }
});
