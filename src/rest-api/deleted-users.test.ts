import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { RESTORABLE_DAYS } from '#directory/stored.ts';
import type { RestoredNames } from '#directory/restored-names.ts';
import { restoreUser } from '#directory/trash.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { errorOfAsync } from '../../tests/support/error-of.ts';
import { messageFor } from '#base/error-message.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/api/systemusers';
let count = 0;

/** Creates and deletes a user, and then creates another user with the same names. */
async function deleteWithNamesTaken() {
  const username = `ann${(count += 1)}`;
  const names = { username, email: `${username}@example.com`, employeeIdentifier: `E-${username}` };
  const { _id: id } = (await api.send('POST', base, { ...names, firstname: 'Ann' })).body;
  const { id: groupId } = (await api.send('POST', '/api/v2/usergroups', { name: `Group of ${username}` })).body;
  const member = { op: 'add', type: 'user', id };
  expect((await api.send('POST', `/api/v2/usergroups/${groupId}/members`, member)).status).toBe(204);
  api.directory.clock.advance(1_000);
  expect((await api.send('DELETE', `${base}/${id}`)).status).toBe(200);
  const { _id: other } = (await api.send('POST', base, names)).body;
  return { id, other, names, groupId };
}

const restore = async (id: string, body?: object) => await api.send('POST', `${base}/${id}/restore`, body);

describe('a deleted user', () => {
  test('is listed in pages, newest first, until it is restored or can no longer be restored', async () => {
    const [first, second] = [await deleteWithNamesTaken(), await deleteWithNamesTaken()];
    const listed = async (query = '') => (await api.send('GET', `${base}/deleted${query}`)).body;
    const [newest, before] = await listed();
    expect(newest).toMatchObject({ _id: second.id, username: second.names.username, email: second.names.email });
    expect(before._id).toBe(first.id);
    expect(Date.parse(newest.restorableUntil) - Date.parse(newest.deletedAt)).toBe(RESTORABLE_DAYS * DAY_MS);
    expect((await listed('?skip=1&limit=1')).map(({ _id }: { _id: string }) => _id)).toEqual([first.id]);
    api.directory.clock.advance(1_000);
    await api.send('DELETE', `${base}/${first.other}`);
    expect((await restore(first.id)).status).toBe(200);
    expect((await listed()).map(({ _id }: { _id: string }) => _id)).toEqual([first.other, second.id]);
    api.directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await listed()).toEqual([]);
    expect(await restore(second.id)).toMatchObject({ status: 404, body: { error_code: 'notFound' } });
  });

  test('whose names are taken can be restored with other names, and keeps its id and groups', async () => {
    const { id, other, names, groupId } = await deleteWithNamesTaken();
    const refused = await restore(id);
    expect(refused.body).toMatchObject({ code: 409, error_code: 'userNameTaken' });
    const { username, email, employeeIdentifier } = names;
    expect(refused.body.message).toBe(
      `username "${username}", email "${email}", and employeeIdentifier "${employeeIdentifier}" already belong to the user "${username}" (id ${other}). Change or delete that user first, or restore with other names: send username, email, employeeIdentifier with the request.`,
    );
    const half = await restore(id, { username: `x${names.username}`, employeeIdentifier: null });
    expect(half.body).toMatchObject({ code: 409, error_code: 'emailTaken' });
    expect(half.body.message).toMatch(/^email .*, or restore with other names: send email with the request\.$/);
    const body = { username: `x${names.username}`, email: `X${names.email}`, employeeIdentifier: null };
    const restored = await restore(id, body);
    expect(restored.status, restored.text).toBe(200);
    expect(restored.body).toMatchObject({
      _id: id,
      username: body.username,
      email: `x${names.email}`,
      firstname: 'Ann',
    });
    expect(restored.body).not.toHaveProperty('employeeIdentifier');
    expect((await api.send('GET', `/api/v2/users/${id}/memberof`)).body).toMatchObject([{ id: groupId }]);
    expect((await api.send('GET', `${base}/${other}`)).body).toMatchObject(names);
    const [event] = (await api.send('GET', `${base}/${id}/timeline`)).body.results;
    expect(event).toMatchObject({ event_type: 'user_restore' });
    expect(JSON.stringify(event.changes)).toContain(names.username);
  });

  test('that is restored with a new address is notified at the old address, unless another user now has it', async () => {
    const { id, names } = await deleteWithNamesTaken();
    const mails = async () => (await api.mails()).filter(({ kind }) => kind === 'address_change_notice');
    const body = { username: `x${names.username}`, email: `x${names.email}`, employeeIdentifier: 'other' };
    expect((await restore(id, body)).status).toBe(200);
    expect(await mails()).toEqual([]);
    await api.send('DELETE', `${base}/${id}`);
    expect((await restore(id, { email: `y${names.email}` })).status).toBe(200);
    expect(await mails()).toMatchObject([{ recipient: body.email }]);
  });

  test.for([
    [{ username: 'has@sign.example' }, 'userNameNotAllowed'],
    [{ email: 'no address' }, 'emailInvalid'],
    [{ username: '' }, 'invalidBody'],
    [{ usernam: 'x' }, 'invalidBody'],
  ] as const)('is not restored with the invalid body %j', async ([body, code]) => {
    const { id } = await deleteWithNamesTaken();
    expect((await restore(id, body)).body).toMatchObject({ code: 400, error_code: code });
    expect((await api.send('GET', `${base}/${id}`)).status).toBe(404);
  });

  test('that belongs to an integration keeps the new names after a restore, and the integration no longer owns these fields', async () => {
    const { database } = api.directory.deps;
    const { id, names } = await deleteWithNamesTaken();
    const { integration } = api.directory.caller.origin;
    await database
      .updateTable('users')
      .set({ integration_id: integration?.id ?? '' })
      .where('id', '=', id)
      .execute();
    const body = { username: `x${names.username}`, email: `x${names.email}`, employeeIdentifier: null };
    expect((await restore(id, body)).status).toBe(200);
    const { restrictedFields } = (await api.send('GET', `${base}/${id}`)).body;
    const owned = restrictedFields.map(({ field }: { field: string }) => field);
    expect(owned).toContain('firstname');
    for (const field of Object.keys(body)) expect(owned).not.toContain(field);
  });

  test('can be restored on the command line with the options that the error message names', async () => {
    const { id } = await deleteWithNamesTaken();
    const { deps, caller } = api.directory;
    const origin = { ...caller.origin, actor: { type: 'command_line', id: null, name: 'tanhua' } } as const;
    const restored = async (names: RestoredNames) => await restoreUser(deps, origin, id, names);
    const refusalOf = async (names: RestoredNames) => messageFor(await errorOfAsync(restored(names)), 'commandLine');
    expect(await refusalOf({})).toMatch(/: --username NEW --email NEW --employee-identifier NEW\.$/);
    const others = { username: `cli${count}`, employeeIdentifier: '' };
    expect(await refusalOf(others)).toMatch(/: --email NEW\.$/);
    expect(await restored({ ...others, email: `cli${count}@example.com` })).toMatchObject({
      id,
      userName: `cli${count}`,
    });
  });

  test('cannot be listed by a role that may not read users, or restored by a role that may not change users', async () => {
    const { id } = await deleteWithNamesTaken();
    const by = async (role: string) => ({ 'x-api-key': await api.keyOf(role) });
    expect((await api.send('POST', `${base}/${id}/restore`, {}, await by('Read Only'))).status).toBe(403);
    expect((await api.send('GET', `${base}/deleted`, undefined, await by('Billing Only'))).status).toBe(403);
  });
});
