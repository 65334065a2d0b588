import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAILURES_WITHOUT_DELAY_MAX } from '#accounts/attempts.ts';
import { radiusReasons, type RadiusReason } from '#base/words/radius-reasons.ts';
import { createUser } from '#directory/users.ts';
import { aadstsTable } from '../credentials/aadsts-table.ts';
import { openTestEntraCheck } from '../credentials/entra-check.fixture.ts';
import { ENTRA_PASSWORD, openTestRadius, type TestRadius } from './radius.fixture.ts';
import { addClient } from './radius-directory.fixture.ts';
import { textAt } from './object-id.ts';

/** Decisions about passwords of Entra ID, which the token endpoint of the stand-in checks over HTTP. */

let radius: TestRadius;
let ann: string;
let objectId: string;
beforeAll(async () => {
  radius = await openTestRadius();
  // Pending: the user never gets a password in this directory.
  ann = await radius.newUser('ann', { password: undefined });
  objectId = await radius.newEntraUser('ann');
});
afterAll(() => radius[Symbol.asyncDispose]());
beforeEach(() => {
  radius.graph.directory.clock.advance(2 * 86_400_000);
});

const ask = (change: Parameters<TestRadius['ask']>[0] = {}) =>
  radius.ask({ clientId: 'ap-entra', password: ENTRA_PASSWORD, ...change });
const newest = async () => (await radius.events())[0];

describe('an attempt with a password of Entra ID', () => {
  test('is accepted for a user with a pending password, and binds the object id at the first sign-in', async () => {
    expect(await ask()).toMatchObject({ kind: 'accept', userName: 'ann' });
    const event = await newest();
    expect(event).toMatchObject({
      success: true,
      radius: { identity_provider: 'entra', credential: 'entra' },
      changes: [{ field: 'entraObjectId', from: null, to: objectId }],
    });
    expect(radius.servers.bindings.get(ann)).toEqual({ tenant: radius.tenantId, objectId });
    expect((await ask({ userName: 'ann@contoso.example' })).kind).toBe('accept');
    expect(await newest()).not.toHaveProperty('changes');
  });

  test('is refused if the name was given to another account, or if the tenant is another one', async () => {
    for (const claims of [{ oid: radius.tenantId }, { tid: objectId }]) {
      await radius.fault(objectId, { claims });
      expect(await ask()).toEqual({ kind: 'reject', isLocked: true, message: null });
      expect((await newest()).radius.reason).toBe('entraOtherUser');
    }
    await radius.fault(objectId, null);
  });

  test('compares the object id with the attribute that the server names', async () => {
    const clientId = 'by-attribute';
    const server = {
      clientId,
      identityProvider: 'entra',
      entra: radius.settings,
      objectIdAttribute: 'externalId',
    } as const;
    addClient(radius.servers, radius.graph.organizationId, server);
    const account = await radius.newEntraUser('bea');
    const { deps, caller } = radius.graph.directory;
    const emails = [{ value: 'bea@contoso.example', type: 'work', primary: true }];
    const document = { userName: 'bea', externalId: account.toUpperCase(), emails };
    const { id } = await createUser(deps, caller, { document, ignored: [] });
    radius.servers.members.add(id);
    expect((await ask({ clientId, userName: 'bea' })).kind).toBe('accept');
    expect(radius.servers.bindings.has(id)).toBe(false);
    await radius.fault(account, { claims: { oid: objectId } });
    expect(await ask({ clientId, userName: 'bea' })).toMatchObject({ kind: 'reject', isLocked: true });
  });

  test('does not bind an account that another user has', async () => {
    const cid = await radius.newUser('cid', { password: undefined });
    const account = await radius.newEntraUser('cid');
    radius.servers.bindings.set('another user', { tenant: radius.tenantId, objectId: account });
    expect(await ask({ userName: 'cid' })).toMatchObject({ kind: 'reject', isLocked: true });
    expect((await newest()).radius.reason).toBe('entraAccountTaken');
    radius.servers.bindings.delete('another user');
    expect((await ask({ userName: 'cid' })).kind).toBe('accept');
    expect(radius.servers.bindings.has(cid)).toBe(true);
  });

  test('is not sent to Entra ID for people who may not connect', async () => {
    const dan = await radius.newUser('dan', { password: undefined });
    const account = await radius.newEntraUser('dan');
    await radius.fault(account, { error: 'unavailable' });
    radius.servers.members.delete(dan);
    expect((await ask({ userName: 'dan' })).kind).toBe('reject');
    expect((await newest()).radius.reason).toBe('notMember');
    radius.servers.members.add(dan);
    await radius.put(dan, { state: 'SUSPENDED' });
    expect(await ask({ userName: 'dan' })).toMatchObject({ kind: 'reject', isLocked: true });
    expect((await newest()).radius.reason).toBe('userSuspended');
    expect((await ask({ userName: 'nobody' })).kind).toBe('reject');
    expect((await newest()).radius.reason).toBe('userUnknown');
  });

  test('gets no answer without settings', async () => {
    addClient(radius.servers, radius.graph.organizationId, { clientId: 'unset', identityProvider: 'entra' });
    expect(await ask({ clientId: 'unset' })).toEqual({ kind: 'silence' });
    expect(await newest()).toMatchObject({ error_code: 'unavailable', radius: { reason: 'entraNotConfigured' } });
  });

  test('is refused after the account is disabled in Entra ID', async () => {
    await radius.graph.client().users.update(objectId, { accountEnabled: false });
    expect(await ask()).toEqual({ kind: 'reject', isLocked: true, message: null });
    expect(await newest()).toMatchObject({ radius: { reason: 'entraDisabled', aadsts: 50057 } });
    await radius.graph.client().users.update(objectId, { accountEnabled: true });
    expect((await ask()).kind).toBe('accept');
  });

  test('makes the device wait after wrong passwords, before Entra ID locks the account', async () => {
    const eva = await radius.newUser('eva', { password: undefined });
    const account = await radius.newEntraUser('eva');
    for (let count = 0; count < FAILURES_WITHOUT_DELAY_MAX; count += 1) {
      await radius.fault(account, { error: 50126 });
      await ask({ userName: 'eva' });
      expect(await newest()).toMatchObject({ radius: { reason: 'entraWrongPassword', aadsts: 50126 } });
      radius.graph.directory.clock.advance(1);
      if (count === 3) radius.graph.directory.clock.advance(3_600_001);
    }
    await radius.fault(account, null);
    await ask({ userName: 'eva' });
    expect((await newest()).radius.reason).toBe('tooManyAttempts');
    expect(radius.servers.bindings.has(eva)).toBe(false);
  });
});

/** The outcome of each code at the access point. */
const kindOf = { reject: 'refused', lock: 'refused', silence: 'fault', accept: 'ok' } as const;

test.for([...aadstsTable])('AADSTS%i of the real token endpoint is %s', async ([code, reason]) => {
  await radius.fault(objectId, { error: code });
  // A separate check for each code, because the pauses of one would change the next.
  using check = openTestEntraCheck();
  const result = await check.entra.check({
    settings: radius.settings,
    userPrincipalName: 'ann@contoso.example',
    password: ENTRA_PASSWORD,
    expected: { tenant: radius.tenantId, objectId },
    cached: { clientId: 'c', userId: 'u', userVersion: 1 },
  });
  await radius.fault(objectId, null);
  const isTemporaryStatus = code === 90033 || code === 50033 || code === 50087;
  const expected: RadiusReason = isTemporaryStatus ? 'entraUnavailable' : reason;
  expect(result).toMatchObject({ kind: kindOf[radiusReasons[expected].answer], code: expected, aadsts: code });
});

test('throttling and faults of Entra ID are answered with silence, and 429 with its Retry-After', async () => {
  for (const [error, code] of [
    ['throttled', 'entraThrottled'],
    ['unavailable', 'entraUnavailable'],
  ] as const) {
    await radius.fault(objectId, { error, retryAfterSeconds: 9 });
    using check = openTestEntraCheck();
    const result = await check.entra.check({
      settings: radius.settings,
      userPrincipalName: 'ann@contoso.example',
      password: ENTRA_PASSWORD,
      expected: { tenant: radius.tenantId, objectId },
      cached: { clientId: 'c', userId: 'u', userVersion: 1 },
    });
    expect(result).toEqual({ kind: 'fault', code, aadsts: null, retryAfterSeconds: 9 });
  }
  await radius.fault(objectId, null);
});

test('local users get answers while 200 sign-ins hang at Entra ID', async () => {
  await radius.newUser('local');
  await radius.fault(objectId, { hangs: true });
  const hanging = Array.from({ length: 200 }, (_, device) => ask({ callingStation: `device ${device}` }));
  const states = await Promise.all(Array.from({ length: 5 }, () => radius.ask({ userName: 'local' })));
  expect(states.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'accept'));
  const unanswered = await Promise.race([Promise.all(hanging).then(() => 'ended'), Promise.resolve('hanging')]);
  expect(unanswered).toBe('hanging');
  radius.entra.entra.close();
  for (const decision of await Promise.all(hanging)) expect(decision).toEqual({ kind: 'silence' });
  await radius.fault(objectId, null);
});

test.for([
  [{ externalId: 'a' }, 'externalId', 'a'],
  [{ externalId: 'a' }, 'EXTERNALID', 'a'],
  [{ name: { givenName: 'b' } }, 'name.givenName', 'b'],
  [{ 'urn:x:2.0:User': { objectId: 'c' } }, 'urn:x:2.0:User:objectId', 'c'],
  [{}, 'externalId', null],
  [{ externalId: '' }, 'externalId', null],
  [{ emails: [{ value: 'd' }] }, 'emails.value', null],
] as const)('the text of %j at %s is %s', ([document, path, text]) => {
  expect(textAt(document, path)).toBe(text);
});
