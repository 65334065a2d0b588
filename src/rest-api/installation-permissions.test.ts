import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { quotas, withinQuota, type Quota } from '#accounts/quotas.ts';
import { changeAdministrator } from '#admins/administrators.ts';
import { everyPermission, installationPermissions, roleNames, permissionsOf } from '#admins/roles.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { errorOfAsync } from '../../tests/support/error-of.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const refusal = ({ status, body }: RestAnswer) => [status, body?.error_code];
const create = (key: string, name = 'Further') =>
  api.send('POST', '/api/organizations', { name }, { 'x-api-key': key });
/** Changes an administrator as the command line does. */
const change = async (id: string, update: Parameters<typeof changeAdministrator>[3]) =>
  await changeAdministrator(api.directory.deps, api.directory.caller.origin, id, update, { reach: everyPermission });

describe('an installation permission', () => {
  testOnSqlite('is in no built-in role, and cannot be added to a custom role', async () => {
    for (const permission of installationPermissions) {
      for (const role of roleNames) expect(permissionsOf(role).has(permission), role).toBe(false);
      expect((await api.send('POST', '/api/v2/roles', { name: 'Creator', scopes: [permission] })).status).toBe(400);
    }
  });

  testOnSqlite('is not granted to an Administrator With Billing by default', async () => {
    const key = await api.keyOf('Administrator With Billing');
    const answer = await create(key);
    expect(refusal(answer)).toEqual([403, 'roleForbidden']);
    expect(answer.body.message).toContain('tanhua admin set EMAIL --create-organizations on');
    const [event] = await listEvents(api.directory.deps.database, { limit: 1 });
    expect(event).toMatchObject({ event_type: 'request_refused', error_code: 'roleForbidden' });
  });

  test('can be granted and withdrawn with effect from the next request, and each change records an event', async () => {
    const { id, key } = await api.administratorOf('Administrator With Billing');
    expect((await create(key)).status).toBe(403);
    await change(id, { createsOrganizations: true });
    expect((await create(key)).status).toBe(201);
    await change(id, { createsOrganizations: false });
    expect((await create(key)).status).toBe(403);
    const events = await listEvents(api.directory.deps.database, { type: 'admin_update', limit: 2 });
    expect(events.map((event) => event['changes'])).toEqual([
      [{ field: 'createsOrganizations', from: true, to: false }],
      [{ field: 'createsOrganizations', from: false, to: true }],
    ]);
  });

  testOnSqlite('is lost when its holder loses the Administrator With Billing role', async () => {
    const { id, key } = await api.administratorOf('Administrator With Billing');
    await change(id, { createsOrganizations: true });
    await change(id, { role: 'Administrator' });
    expect((await create(key)).status).toBe(403);
  });

  testOnSqlite('cannot be granted through the REST API, even by an administrator who has it', async () => {
    const { id, key } = await api.administratorOf('Administrator With Billing');
    for (const field of ['createsOrganizations', 'creates_organizations']) {
      await api.send('PUT', `/api/users/${id}`, { [field]: true });
      expect((await create(key)).status).toBe(403);
    }
  });

  testOnSqlite(
    'protects its holder from being deleted, suspended or sent a new link by an administrator without it',
    async () => {
      const { id } = await api.administratorOf('Administrator With Billing');
      await change(id, { createsOrganizations: true });
      const weaker = { 'x-api-key': await api.keyOf('Administrator With Billing') };
      for (const attempt of [
        api.send('DELETE', `/api/users/${id}`, undefined, weaker),
        api.send('PUT', `/api/users/${id}`, { suspended: true }, weaker),
        api.send('POST', `/api/users/reactivate/${id}`, undefined, weaker),
      ]) {
        expect(refusal(await attempt)).toEqual([403, 'roleForbidden']);
      }
    },
  );
});

describe('the quota', () => {
  const spend = async (quota: Quota, uses: number) => {
    const { database, clock } = api.directory.deps;
    const use = async () => await withinQuota({ database, clock }, quota, api.organizationId, async () => {});
    await use();
    await database.updateTable('attempts').set({ failures: uses }).where('refused_until', '=', 0).execute();
  };
  const invite = (name: string) => api.send('POST', '/api/users', { email: `${name}@example.com` });
  const activate = async (email: unknown) => {
    const user = {
      username: `u${Math.random()}`.replace('.', ''),
      email: `${Math.random()}@example.com`,
      state: 'STAGED',
    };
    const { _id: id } = (await api.send('POST', '/api/systemusers', user)).body;
    return await api.send('POST', `/api/systemusers/${id}/state/activate`, { email });
  };
  const resend = async () => {
    const { _id: id } = (await invite(`resend${Math.random()}`)).body;
    return await api.send('POST', `/api/users/reactivate/${id}`);
  };
  const schedule = async (mail: object) => {
    const user = {
      username: `s${Math.random()}`.replace('.', ''),
      email: `${Math.random()}@example.com`,
      state: 'STAGED',
    };
    const { _id: id } = (await api.send('POST', '/api/systemusers', user)).body;
    return await api.send('POST', '/api/v2/bulk/userstates', {
      user_ids: [id],
      state: 'ACTIVATED',
      start_date: new Date(api.directory.clock.now().getTime() + DAY_MS).toISOString(),
      ...mail,
    });
  };
  const resendMail = async () => {
    await invite(`mail${Math.random()}`);
    const [mail] = (await api.send('GET', '/api/mail/outbox')).body;
    return await api.send('POST', `/api/mail/outbox/${mail.id}/resend`);
  };

  test.each<[string, Quota, () => Promise<RestAnswer>]>([
    ['new organizations', 'organizations', () => create(api.key)],
    ['emails to named addresses (inviting an administrator)', 'namedMails', () => invite(`i${Math.random()}`)],
    ['emails to named addresses (activating with another address)', 'namedMails', () => activate('other@example.com')],
    [
      'emails to named addresses (scheduling with another address)',
      'namedMails',
      () => schedule({ activation_email_override: 'elsewhere@example.com' }),
    ],
    [
      'emails to named addresses (creating an organization with its first administrator)',
      'namedMails',
      () => api.send('POST', '/api/organizations', { name: 'x', administratorEmail: 'x@example.com' }),
    ],
    ['requested emails (activating with an email)', 'requestedMails', () => activate(true)],
    ['requested emails (scheduling with an email)', 'requestedMails', () => schedule({ send_activation_emails: true })],
    ['requested emails (sending an administrator another link)', 'requestedMails', resend],
    ['requested emails (sending an email of the outbox again)', 'requestedMails', resendMail],
  ])('for %s allows requests up to the limit and refuses more for a day', async (_name, quota, request) => {
    api.directory.clock.advance(DAY_MS);
    await spend(quota, quotas[quota].max - 1);
    expect((await request()).status).toBeLessThan(300);
    const answer = await request();
    expect(refusal(answer)).toEqual([429, 'quotaExceeded']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.body.message).toContain(String(quotas[quota].max));
    api.directory.clock.advance(DAY_MS);
    expect((await request()).status).toBeLessThan(300);
  });

  testOnSqlite('for requested emails skips users past the limit, and the response reports them', async () => {
    api.directory.clock.advance(DAY_MS);
    const models = [];
    for (const username of ['first', 'second']) {
      models.push((await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` })).body);
    }
    await spend('requestedMails', quotas.requestedMails.max - 1);
    const { body } = await api.send('POST', '/api/systemusers/reactivate', { models });
    expect(body).toMatchObject({ sent: [models[0]._id], skipped: [{ id: models[1]._id }] });
    expect(body.skipped[0].reason).toContain('5000 emails');
  });

  testOnSqlite(
    'for requested emails counts each user of a schedule that sends emails, but no user of a schedule that sends none',
    async () => {
      api.directory.clock.advance(DAY_MS);
      const ids: string[] = [];
      for (const username of ['third', 'fourth']) {
        const user = { username, email: `${username}@example.com`, state: 'STAGED' };
        ids.push((await api.send('POST', '/api/systemusers', user)).body._id);
      }
      const start = new Date(api.directory.clock.now().getTime() + DAY_MS).toISOString();
      const ask = (mail: boolean, userIds = ids) =>
        api.send('POST', '/api/v2/bulk/userstates', {
          user_ids: userIds,
          state: 'ACTIVATED',
          start_date: start,
          send_activation_emails: mail,
        });
      await spend('requestedMails', quotas.requestedMails.max - 1);
      expect(refusal(await ask(true))).toEqual([429, 'quotaExceeded']);
      expect((await ask(false)).status).toBe(201);
      expect((await ask(true, ids.slice(0, 1))).status).toBe(201);
      expect(refusal(await ask(true, ids.slice(0, 1)))).toEqual([429, 'quotaExceeded']);
    },
  );

  testOnSqlite('of an organization does not count actions of another organization or failed actions', async () => {
    const { database, clock } = api.directory.deps;
    const use = (organizationId: string, action: () => Promise<void>) =>
      withinQuota({ database, clock }, 'namedMails', organizationId, action);
    const failing = async () => {
      throw new Error('failed');
    };
    for (let count = 0; count < quotas.namedMails.max + 1; count += 1) {
      await expect(use('failing', failing)).rejects.toThrow('failed');
    }
    for (let count = 0; count < quotas.namedMails.max; count += 1) await use('one', async () => {});
    expect((await errorOfAsync(use('one', async () => {}))).code).toBe('quotaExceeded');
    await use('failing', async () => {});
  });
});
