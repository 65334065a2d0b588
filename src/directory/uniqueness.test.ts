import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { errorOfAsync } from '../../tests/support/error-of.ts';
import { messageFor } from '#base/error-message.ts';
import { inTransaction } from '#database/database.ts';
import { presetRules, type Rules } from '#integrations/rules.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { ConflictError } from './conflict-error.ts';
import { directory, newUser, openDirectoryForTests } from './directory.fixture.ts';
import { directoryCaller } from './directory-caller.ts';
import { createGroup, replaceGroup } from './groups.ts';
import { groupNamed, userByKey } from './named.ts';
import type { Caller, StoredGroup, StoredUser } from './stored.ts';
import { restoreUser } from './trash.ts';
import { findUser, lookUpUsers } from './user-store.ts';
import { deleteUser } from './delete-user.ts';
import { createUser, replaceUser } from './users.ts';

const EMAIL = 'emails[type eq "work"].value';
const EMPLOYEE_NUMBER = `${ENTERPRISE_USER_SCHEMA}:employeeNumber`;

beforeAll(openDirectoryForTests);
afterAll(() => directory[Symbol.asyncDispose]());

let count = 0;
const nextName = () => `person${(count += 1)}`;
const strict = () => directory.withRules(presetRules('strict'));
const standard = () => directory.withRules(presetRules('standard'));
const unconditional = { ignored: [], expectedVersion: undefined };

interface Values {
  readonly email?: string;
  readonly number?: string;
  readonly active?: boolean;
}
function userDocument(userName: string, { email = `${userName}@example.com`, number, active }: Values = {}) {
  return {
    userName,
    emails: [{ value: email, type: 'work', primary: true }],
    ...(number !== undefined && { [ENTERPRISE_USER_SCHEMA]: { employeeNumber: number } }),
    ...(active !== undefined && { active }),
  };
}
const create = (caller: Caller, userName: string, values?: Values): Promise<StoredUser> =>
  createUser(directory.deps, caller, { document: userDocument(userName, values), ignored: [] });
const change = (caller: Caller, { id, userName }: StoredUser, values: Values): Promise<StoredUser> =>
  replaceUser(directory.deps, caller, id, { document: userDocument(userName, values), ...unconditional });
const remove = (user: StoredUser) => deleteUser(directory.deps, strict(), user.id, { expectedVersion: undefined });
const restore = (user: StoredUser) => restoreUser(directory.deps, strict().origin, user.id);
const newGroup = (caller: Caller, displayName: string): Promise<StoredGroup> =>
  createGroup(directory.deps, caller, { document: { displayName }, ignored: [] });

async function conflictOf(promise: Promise<unknown>): Promise<ConflictError> {
  const error = await errorOfAsync(promise);
  expect(error).toBeInstanceOf(ConflictError);
  return error as ConflictError;
}

test('the standard preset accepts users with the same work email; the strict preset rejects them and names all owners', async () => {
  const email = 'shared@example.com';
  const first = await create(standard(), 'first.person', { email });
  const second = await create(standard(), 'second.person', { email });
  expect([first.email, second.email]).toEqual([email, email]);
  const refused = await conflictOf(create(strict(), 'third.person', { email }));
  expect(refused.code).toBe('emailTaken');
  expect(refused.message).toContain(`${EMAIL} "${email}" already belongs to the user "first.person" (id ${first.id}).`);
  expect(refused.message).toContain(`the user "second.person" (id ${second.id})`);
  expect(refused.message).toContain('tanhua integration set "Entra ID" emailUnique=off');
});

/** The rules that make a value unique, each with functions that give the value to a new resource and to an existing resource. */
const kinds = [
  {
    rule: 'emailUnique',
    code: 'emailTaken',
    add: (caller: Caller, value: string) => create(caller, nextName(), { email: `${value}@example.com` }),
    change: async (caller: Caller, value: string) =>
      change(caller, await create(standard(), nextName()), { email: `${value.toUpperCase()}@example.com` }),
  },
  {
    rule: 'employeeNumberUnique',
    code: 'employeeNumberTaken',
    add: (caller: Caller, value: string) => create(caller, nextName(), { number: value }),
    change: async (caller: Caller, value: string) =>
      change(caller, await create(standard(), nextName(), { number: nextName() }), { number: value.toUpperCase() }),
  },
  {
    rule: 'groupNameUnique',
    code: 'groupNameTaken',
    add: (caller: Caller, value: string) => newGroup(caller, value),
    change: async (caller: Caller, value: string) => {
      const { id } = await newGroup(standard(), nextName());
      return await replaceGroup(directory.deps, caller, id, {
        document: { displayName: value.toUpperCase() },
        ...unconditional,
      });
    },
  },
] as const;

const writers = { strict, standard } as const;
const orders = kinds.flatMap((kind) =>
  (['strict', 'standard'] as const).flatMap((first) =>
    (['strict', 'standard'] as const).flatMap((second) =>
      (['add', 'change'] as const).map((how) => ({ ...kind, first, second, how })),
    ),
  ),
);

describe('uniqueness rules', () => {
  test.for(orders)(
    '$rule: the preset of the second writer decides whether a duplicate is accepted (first: $first, second: $second, by $how)',
    async (row) => {
      const value = nextName();
      await row.add(writers[row.first](), value);
      const again = row[row.how](writers[row.second](), value);
      if (row.second === 'standard') await again;
      else expect((await conflictOf(again)).code).toBe(row.code);
    },
  );

  test.for(kinds)('$rule applies independently of all other rules', async ({ rule, code, add }) => {
    const value = nextName();
    const only: Partial<Rules> = { [rule]: true };
    await add(directory.withRules(only), value);
    expect((await conflictOf(add(directory.withRules(only), value))).code).toBe(code);
    await add(directory.withRules({ ...presetRules('strict'), [rule]: false }), value);
  });

  test.for(kinds)('$rule rejects one of two concurrent requests with the same value', async ({ code, add }) => {
    const value = nextName();
    const settled = await Promise.allSettled([add(strict(), value), add(strict(), value)]);
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toEqual([expect.objectContaining({ code })]);
  });

  test('an email may equal the userName of another user under the standard preset, but not under the strict preset', async () => {
    const { userName: email } = await createUser(directory.deps, standard(), {
      document: { userName: 'name@example.com' },
      ignored: [],
    });
    await create(standard(), nextName(), { email });
    expect((await conflictOf(create(strict(), nextName(), { email }))).code).toBe('emailTaken');
  });

  test('the standard preset rejects the userName of another user, but not the derived username of another user', async () => {
    const derived = await newUser({ userName: 'kim@example.com' }, standard());
    const same = await newUser({ userName: 'kim' }, standard());
    expect([derived.username, same.username]).toEqual(['kim', 'kim2']);
    const refused = await conflictOf(newUser({ userName: 'KIM' }, standard()));
    expect(refused.conflict.owners.map(({ id }) => id)).toEqual([same.id]);
  });
});

describe('a uniqueness rule that is turned on while users share values', () => {
  test('keeps the shared values, and applies only to values that change', async () => {
    const shared = { email: `${nextName()}@example.com`, number: nextName() };
    const [one, two] = [await create(standard(), nextName(), shared), await create(standard(), nextName(), shared)];
    // A change to the state, or only to the letter case of a value, does not count as a new value.
    await change(strict(), one, { ...shared, active: false });
    await change(strict(), one, { ...shared, active: true });
    await change(strict(), one, { email: shared.email.toUpperCase(), number: shared.number.toUpperCase() });
    await change(strict(), two, { email: `${two.userName}@example.com` });
    expect((await conflictOf(change(strict(), two, shared))).conflict.owners[0].collisions).toEqual([
      { name: 'email', value: shared.email },
      { name: 'employeeNumber', value: shared.number },
    ]);
    // After one user is deleted, the values are unique again.
    await remove(one);
    await change(strict(), two, shared);
  });
});

describe('a deleted user', () => {
  test.for([
    ['shared', 'unique', true],
    ['unique', 'shared', true],
    ['unique', 'unique', false],
  ] as const)(
    'with a %s email that another user now has as a %s email can be restored: %s',
    async ([had, has, isRestored]) => {
      const caller = { shared: standard(), unique: strict() };
      const email = `${nextName()}@example.com`;
      const deleted = await create(caller[had], nextName(), { email });
      await remove(deleted);
      const next = await create(caller[has], nextName(), { email });
      if (isRestored) {
        expect((await restore(deleted)).email).toBe(email);
        return;
      }
      const refused = await conflictOf(restore(deleted));
      expect(refused.conflict.owners).toMatchObject([{ id: next.id, collisions: [{ name: 'email', value: email }] }]);
      expect(refused.message).toContain('Change or delete that user first, or restore with other names');
    },
  );

  test('cannot be restored if another user has the same values; the error lists all of them', async () => {
    const values = { email: `${nextName()}@example.com`, number: nextName() };
    const deleted = await create(strict(), nextName(), values);
    await remove(deleted);
    const next = await create(strict(), deleted.userName, values);
    const refused = await conflictOf(restore(deleted));
    expect(refused.message).toContain(
      `userName "${deleted.userName}", ${EMAIL} "${values.email}", and ${EMPLOYEE_NUMBER} "${values.number}" already belong to the user "${next.userName}" (id ${next.id}).`,
    );
  });
});

describe('a conflict', () => {
  test('lists all conflicting values of one user, the userName first', async () => {
    const values = { email: `${nextName()}@example.com`, number: nextName() };
    const owner = await create(strict(), nextName(), values);
    const refused = await conflictOf(create(strict(), owner.userName.toUpperCase(), values));
    expect(refused).toMatchObject({ code: 'userNameTaken', attribute: 'userName' });
    expect(refused.conflict).toEqual({
      owners: [
        {
          type: 'user',
          id: owner.id,
          name: owner.userName,
          state: 'active',
          collisions: [
            { name: 'userName', value: owner.userName.toUpperCase() },
            { name: 'email', value: values.email },
            { name: 'employeeNumber', value: values.number },
          ],
        },
      ],
      deleted: undefined,
      isRestoring: false,
    });
    expect(refused.message).toBe(
      `userName "${owner.userName.toUpperCase()}", ${EMAIL} "${values.email}", and ${EMPLOYEE_NUMBER} "${values.number}" already belong to the user "${owner.userName}" (id ${owner.id}). If both are the same person, match on userName in Entra ID, so that the existing user is updated; or give one of the two another mailNickname, another address, and another employeeId.`,
    );
  });

  test('lists several users, each with the conflicting values of that user', async () => {
    const [one, two] = [await create(strict(), nextName()), await create(strict(), nextName(), { number: nextName() })];
    const number = String((two.document[ENTERPRISE_USER_SCHEMA] as { employeeNumber: string }).employeeNumber);
    const third = await create(strict(), nextName());
    const refused = await conflictOf(change(strict(), third, { email: String(one.email), number }));
    expect(refused.conflict.owners).toMatchObject([
      { id: one.id, collisions: [{ name: 'email' }] },
      { id: two.id, collisions: [{ name: 'employeeNumber' }] },
    ]);
    expect(refused.message).toContain(`${EMAIL} "${one.email ?? ''}" already belongs to the user "${one.userName}"`);
    expect(refused.message).toContain(`${EMPLOYEE_NUMBER} "${number}" already belongs to the user "${two.userName}"`);
    expect(refused.message).toContain('employeeNumberUnique=off');
  });

  test.for([
    ['suspended', 'SUSPENDED', ', who is suspended. '],
    ['staged', 'STAGED', ', who is not activated yet. '],
    ['active', 'ACTIVATED', '). '],
  ] as const)('says that the other user is %s', async ([state, stored, words]) => {
    const document = userDocument(nextName());
    const owner = await createUser(directory.deps, strict(), { document, ignored: [], state: stored });
    const refused = await conflictOf(create(strict(), owner.userName));
    expect(refused.conflict.owners[0].state).toBe(state);
    expect(refused.message).toContain(words);
    expect(refused.message.includes('rehired')).toBe(state === 'suspended');
    const direct = await conflictOf(create(directoryCaller(strict().origin), owner.userName));
    expect(messageFor(direct, 'rest').includes(`PUT /api/systemusers/${owner.id} {"state":"ACTIVATED"}`)).toBe(
      state === 'suspended',
    );
  });

  testOnSqlite('says that the other user is inactive because its password has expired', async () => {
    const owner = await create(strict(), nextName());
    const { database } = directory.deps;
    await database.updateTable('users').set({ password_expired: 1 }).where('id', '=', owner.id).execute();
    const refused = await conflictOf(create(strict(), owner.userName));
    expect(refused.conflict.owners[0].state).toBe('passwordExpired');
    expect(refused.message).toContain(', who is inactive because the password has expired. ');
  });

  test('mentions a deleted user with the same userName for the 30 days in which that user can be restored', async () => {
    const [deleted, owner] = [await create(strict(), nextName()), await create(strict(), nextName())];
    await remove(deleted);
    const again = () => conflictOf(create(strict(), deleted.userName, { email: String(owner.email) }));
    const refused = await again();
    expect(refused.conflict.deleted).toEqual({
      id: deleted.id,
      name: deleted.userName,
      deletedAt: directory.clock.now(),
    });
    expect(refused.message).toContain(
      `can be restored until 2026-02-04: if this is the same person, an administrator runs: tanhua user restore ${deleted.id}.`,
    );
    directory.clock.advance(30 * 86_400_000 + 1);
    expect((await again()).conflict.deleted).toBeUndefined();
  });

  testOnSqlite('does not reveal the other user if a user caused the conflict', async () => {
    const owner = await create(strict(), nextName());
    const { id } = await create(strict(), nextName());
    const actor = { type: 'user', id, name: 'me' } as const;
    const caller = directoryCaller({ ...strict().origin, actor });
    const stored = await findUser(directory.deps.database, caller.origin.organizationId, id);
    if (stored === undefined) throw new Error('The user does not exist.');
    const refused = await conflictOf(change(caller, stored, { email: String(owner.email) }));
    expect(refused.message).toBe(
      `${EMAIL} "${owner.email ?? ''}" already belongs to another user. Send a different one.`,
    );
    expect(messageFor(refused, 'portal')).toBe(
      `Company Email "${owner.email ?? ''}" already belongs to another user. Enter a different one.`,
    );
  });

  test('in a nested transaction names the owner of the value and does not stop the outer transaction', async () => {
    const shared = `${nextName()}@example.com`;
    const owner = await create(standard(), nextName(), { email: shared });
    const next = await inTransaction(directory.deps.database, async (database) => {
      const add = (userName: string, email?: string) =>
        createUser({ ...directory.deps, database }, strict(), {
          document: userDocument(userName, email === undefined ? {} : { email }),
          ignored: [],
        });
      expect((await conflictOf(add(nextName(), shared))).conflict.owners).toMatchObject([{ id: owner.id }]);
      const added = await add(nextName());
      expect((await conflictOf(add(added.userName))).code).toBe('userNameTaken');
      return added;
    });
    expect((await findUser(directory.deps.database, next.organizationId, next.id))?.id).toBe(next.id);
  });

  test('leaves the stored user unchanged', async () => {
    const [owner, user] = [await create(strict(), nextName()), await create(strict(), nextName())];
    await conflictOf(change(strict(), user, { email: String(owner.email), number: '77' }));
    expect(await findUser(directory.deps.database, user.organizationId, user.id)).toEqual({ ...user, inGroups: false });
  });
});

describe('looking up an email or a name that several resources share', () => {
  test('returns all users with the email', async () => {
    const email = `${nextName()}@example.com`;
    const users = [await create(standard(), nextName(), { email }), await create(standard(), nextName(), { email })];
    const { organizationId } = strict().origin;
    const found = await lookUpUsers(directory.deps.database, 'email', { organizationId, key: email });
    expect(found?.map(({ user }) => user.id)).toEqual(users.map(({ id }) => id));
  });

  test('fails and lists the ids if a command needs a single user or group', async () => {
    const { database } = directory.deps;
    const { organizationId } = strict().origin;
    const email = `${nextName()}@example.com`;
    const users = [await create(standard(), nextName(), { email }), await create(standard(), nextName(), { email })];
    for (const { id, userName } of users) {
      expect((await userByKey(database, organizationId, userName))?.id).toBe(id);
      await expect(userByKey(database, organizationId, email)).rejects.toThrow(id);
    }
    await expect(userByKey(database, organizationId, email)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^2 users have the email .* Give the username or the id\.$/),
    });
    const name = nextName();
    const groups = [];
    for (let index = 0; index < 6; index += 1) groups.push(await newGroup(standard(), name));
    await expect(groupNamed(database, organizationId, name)).rejects.toThrow(
      /^More than 5 groups have the name .* and others\. Give the id\.$/,
    );
    expect((await groupNamed(database, organizationId, String(groups[3]?.id)))?.id).toBe(groups[3]?.id);
  });
});

describe('an email that does not look like an address', () => {
  test.for([
    ['n/a', 'plain', null],
    ['n/a', 'plain@example.com', 'plain@example.com'],
    ['a@b', 'other', 'a@b'],
  ])(
    'such as "%s" is stored under the standard preset; for the userName "%s", mail is sent to %s',
    async ([value, userName, address]) => {
      const user = await newUser(
        { userName: String(userName), emails: [{ value: String(value), type: 'work' }] },
        standard(),
      );
      expect([user.email, user.document['emails']]).toEqual([address, [{ value, type: 'work' }]]);
    },
  );

  testOnSqlite('is rejected under the strict preset with a message that names the rule to change', async () => {
    const error = await errorOfAsync(create(strict(), nextName(), { email: 'n/a' }));
    expect(error.message).toContain('"n/a" is not an email address');
    expect(error.message).toContain('tanhua integration set "Entra ID" emailFormat=off');
  });
});
