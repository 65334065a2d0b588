import { expect, test } from 'vitest';
import { eventError } from '#audit/event-error.ts';
import { messageFor } from '#base/error-message.ts';
import { interfaces } from '#base/reasons/reason.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { ConflictError, type Conflict } from './conflict-error.ts';

const EMAIL = 'emails[type eq "work"].value';
const NUMBER = `${ENTERPRISE_USER_SCHEMA}:employeeNumber`;
const actor = { type: 'integration', id: 'i1', name: 'Entra ID' } as const;
const sender = { actor, integration: undefined };

const three: Conflict = {
  owners: [
    {
      type: 'user',
      id: 'u1',
      name: 'ann',
      state: 'active',
      collisions: [
        { name: 'userName', value: 'Ann' },
        { name: 'email', value: 'ann@x.example' },
        { name: 'employeeNumber', value: '7' },
      ],
    },
  ],
};

test('a conflict has one reason that lists all conflicting values, and the error code of the first value', () => {
  expect(eventError(new ConflictError(three, sender), 'scim')).toMatchObject({
    code: 'userNameTaken',
    status: 409,
    reason: {
      code: 'valuesTaken',
      parameters: {
        names: ['userName', 'email', 'employeeNumber'],
        values: ['Ann', 'ann@x.example', '7'],
        owners: ['ann', 'ann', 'ann'],
        ownerIds: ['u1', 'u1', 'u1'],
      },
    },
  });
});

test('the message of a conflict lists all values, the userName first, with field names and advice for each interface', () => {
  const all = (first: string, second: string, third: string) =>
    `${first} "Ann", ${second} "ann@x.example", and ${third} "7" already belong to`;
  const owner = 'the user "ann" (id u1).';
  const error = new ConflictError(three, sender);
  const fields = all('username', 'email', 'employeeIdentifier');
  expect(interfaces.map((at) => messageFor(error, at))).toEqual([
    `${all('userName', EMAIL, NUMBER)} ${owner} If both are the same person, match on userName in Entra ID, so that the existing user is updated; or give one of the two another mailNickname, another address, and another employeeId.`,
    `${fields} ${owner} Send different ones.`,
    `${fields} ${owner} Write different ones.`,
    `${fields} ${owner} Give different ones.`,
    `${all('Username', 'Company Email', 'Employee ID')} another user. Enter different ones.`,
  ]);
});

test('the message of a conflict that a user caused does not identify the other user on any interface', () => {
  const error = new ConflictError(three, { actor: { type: 'user', id: 'u2', name: 'me' }, integration: undefined });
  for (const at of interfaces) expect(messageFor(error, at)).not.toMatch(/u1|"ann"/);
});
