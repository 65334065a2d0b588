import { describe, expect, test } from 'vitest';
import { eventTypes, type Actor } from './event-types.ts';
import { describeEvent } from './event-words.ts';
import { describeRefusal } from './refusal-words.ts';
import type { StoredEvent } from './stored-event.ts';

const entra: Actor = { type: 'integration', id: 'i', name: 'Entra ID' };
const event = (type: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  id: 'e',
  event_type: type,
  timestamp: '2026-01-05T09:00:00.000Z',
  resource: { type: 'user', id: 'u', username: 'ann' },
  initiated_by: entra,
  ...more,
});
const say = (type: string, more: Partial<StoredEvent> = {}, context = {}) =>
  describeEvent(event(type, more), { name: 'ann', ...context });

describe('describeEvent()', () => {
  test.for([
    [entra, 'Entra ID changed ann.'],
    [{ type: 'administrator', id: 'a', name: 'it@contoso.com' }, 'The administrator it@contoso.com changed ann.'],
    [{ type: 'user', id: 'u', name: 'ann' }, 'The user ann changed ann.'],
    [{ type: 'command_line', id: null, name: 'tanhua' }, 'The command line changed ann.'],
    [{ type: 'system', id: null, name: 'purge' }, 'The directory changed ann.'],
  ] as const)('names the actor %o', ([actor, words]) => {
    expect(say('user_update', { initiated_by: actor })).toBe(words);
  });

  test('is one sentence for every type of event, with the name of the user', () => {
    for (const type of Object.keys(eventTypes)) {
      const words = say(type);
      expect(words, type).toMatch(/^[A-Za-z].*\.$/);
      if (type !== 'sign_in_refused') expect(words, type).toContain('ann');
      expect(words, type).not.toContain('{}');
    }
    expect(say('mail_delivered')).toBe('ann: The mail server accepted an email.');
    expect(say('of_another_version')).toBe('ann: of another version.');
    expect(say('user_activation_schedule_create', { resource: { type: 'user', id: 'u' } })).toContain('of u.');
  });

  test('describes sign-ins, and requests with only ignored attributes', () => {
    expect(say('user_login_attempt')).toBe('ann signed in.');
    expect(say('user_login_attempt', { error_code: 'signInFailed' })).toBe(
      'ann tried to sign in and was refused (signInFailed).',
    );
    expect(say('radius_auth_attempt')).toBe('ann connected to the network.');
    expect(say('radius_auth_attempt', { error_code: 'signInFailed' })).toBe(
      'ann tried to connect to the network and was refused (signInFailed).',
    );
    const ignored = { changes: [], ignored_attributes: [{ path: 'x', reason: 'unknown' }] };
    expect(say('user_update', ignored)).toBe('Entra ID sent only attributes that the directory ignores about ann.');
    const repeated = { count: 7, first: '2026-01-05T09:00:00.000Z', last: '2026-01-05T09:10:00.000Z' };
    expect(say('user_update', { ...ignored, repeated })).toMatch(/ignores about ann in 7 requests\.$/);
  });

  test('names the group that the user joined or left', () => {
    const resource = { type: 'group', id: 'g', name: 'Sales' };
    expect(say('group_update', { resource }, { membership: 'added' })).toBe('Entra ID added ann to the group Sales.');
    expect(say('group_update', { resource: { ...resource, name: null } }, { membership: 'removed' })).toBe(
      'Entra ID removed ann from the group g.',
    );
  });

  test.for([
    ['GET', '/scim/v2/Users', 'list users'],
    ['GET', '/scim/v2/groups/', 'list groups'],
    ['GET', '/scim/v2', 'list users and groups'],
    ['POST', '/scim/v2/Users/.search', 'list users'],
    ['POST', '/scim/v2/.search', 'list users and groups'],
    ['GET', '/scim/v2/Users/1', 'read ann'],
    ['POST', '/scim/v2/Users', 'create ann'],
  ] as const)('says what a refused %s %s wanted, as the list of requests does', ([method, path, wish]) => {
    const resource = { type: 'user', id: null, username: null };
    const refused = { error_code: 'invalidFilter', request: { id: 'r', method, path }, resource };
    expect(say('request_refused', refused)).toBe(`The directory refused to ${wish} for Entra ID (invalidFilter).`);
  });

  test('says what a refused request wanted', () => {
    const refused = (method: string, id: string | null, path = '/scim/v2/Users') => ({
      error_code: 'emailRequired',
      request: { id: 'r', method, path },
      resource: { type: 'user', id, username: 'ann' },
    });
    const wish = (...sent: Parameters<typeof refused>) =>
      /refused to (\w+)/.exec(say('request_refused', refused(...sent)))?.[1];
    expect([wish('POST', null), wish('POST', 'u'), wish('PUT', 'u'), wish('PATCH', 'u'), wish('DELETE', 'u')]).toEqual([
      'create',
      'change',
      'change',
      'change',
      'delete',
    ]);
    expect(say('request_refused', refused('POST', 'u', '/scim/v2/Bulk'), { method: 'DELETE' })).toBe(
      'The directory refused to delete ann for Entra ID (emailRequired).',
    );
    const ofOperation = (operation: number, method?: string) => ({
      ...refused('POST', null),
      request: { id: 'r', method: 'POST', path: '/scim/v2/Bulk', operation, operation_method: method },
    });
    const sales = { type: 'group', id: null, name: 'Sales' };
    expect(say('request_refused', { ...ofOperation(2, 'POST'), resource: sales }, { name: 'Sales' })).toBe(
      'The directory refused to create the group Sales for Entra ID (emailRequired).',
    );
    expect(say('request_refused', ofOperation(0, 'DELETE'))).toMatch(/^The directory refused to delete ann /);
    expect(say('request_refused', { ...ofOperation(2), resource: sales })).toBe(
      'The directory refused operation 3 of a bulk request of Entra ID (emailRequired).',
    );
    const nothing = { type: 'user', id: null, username: null };
    expect(say('request_refused', { ...refused('POST', null, '/scim/v2/Bulk'), resource: nothing })).toBe(
      'The directory refused a bulk request of Entra ID (emailRequired).',
    );
    const administrator: Actor = { type: 'administrator', id: 'a', name: 'it@contoso.com' };
    expect(say('request_refused', { ...refused('POST', null), initiated_by: administrator })).toBe(
      'The directory refused to create ann for the administrator it@contoso.com (emailRequired).',
    );
    const repeated = { count: 12, first: '2026-01-05T09:00:00.000Z', last: '2026-01-05T09:10:00.000Z' };
    expect(say('request_refused', { ...refused('POST', null), repeated })).toBe(
      'The directory refused 12 requests of Entra ID (emailRequired); at least one of them names ann.',
    );
    expect(say('sign_in_refused', { error_code: 'keyExpired' })).toBe(
      'The directory refused a request of Entra ID (keyExpired).',
    );
  });
});

describe('describeRefusal()', () => {
  const parameters = { value: '9ann', problem: 'start' };

  test('renders the reason and the advice for the interface that sent the request', () => {
    const error = {
      error_code: 'resourceNotFound',
      error_message: 'There is no such user.',
      resource: { type: 'user', id: null, username: '9ann', email: 'a@b.example', displayName: 'A', externalId: 'x' },
    };
    expect(describeRefusal(event('request_refused', error))).toEqual({
      code: 'resourceNotFound',
      reason: null,
      text: 'There is no such user.',
      advice: expect.stringMatching(/\.$/),
      fixes: [],
      sent: { userName: '9ann', email: 'a@b.example', displayName: 'A', externalId: 'x' },
      repeated: null,
    });
    const owned = {
      error_code: 'memberCycle',
      reason: { code: 'memberCycle', parameters: { id: 'g', isItself: true } },
    };
    const scim = describeRefusal(event('request_refused', owned));
    const rest = describeRefusal(
      event('request_refused', {
        ...owned,
        initiated_by: { type: 'administrator', id: 'a', name: 'it' },
        request: { id: 'r', method: 'POST', path: '/api/v2/usergroups' },
      }),
    );
    expect(scim).toMatchObject({ reason: 'memberCycle', text: expect.stringContaining('g') });
    expect(rest?.text).toContain('g');
  });

  test('names the rules that would accept the request, with their values', () => {
    const fixesOf = (reason: { code: string; parameters: Readonly<Record<string, unknown>> }) =>
      describeRefusal(event('request_refused', { error_code: 'x', error_message: '', reason }))?.fixes;
    expect(fixesOf({ code: 'emailMissing', parameters: { integration: 'Entra "1" ID' } })).toEqual([
      { rule: 'email', value: 'optional' },
    ]);
    const taken = {
      kind: 'user',
      integration: 'Entra ID',
      names: ['email', 'employeeNumber'],
      values: ['ann@contoso.example', '7'],
      owners: ['ann', 'ann'],
      ownerIds: ['2819c223', '2819c223'],
      ownerStates: ['active', 'active'],
      isByUser: false,
      isRestoring: false,
    };
    expect(fixesOf({ code: 'valuesTaken', parameters: taken })).toEqual([
      { rule: 'emailUnique', value: 'off' },
      { rule: 'employeeNumberUnique', value: 'off' },
    ]);
  });

  test('falls back to the message for a reason of another version', () => {
    const error = { error_code: 'x', error_message: 'No.' };
    for (const reason of [
      { code: 'unknown' },
      { code: 'constructor' },
      { code: 'userNameCharacters' },
      { code: 'userNameCharacters', parameters: { ...parameters, value: 1 } },
    ]) {
      const described = describeRefusal(event('request_refused', { ...error, reason }));
      expect(described, JSON.stringify(reason)).toMatchObject({ code: 'x', reason: reason.code });
      expect(typeof described?.text).toBe('string');
    }
    expect(describeRefusal(event('request_refused', { ...error, reason: { code: 'unknown' } }))).toMatchObject({
      text: 'No.',
      advice: null,
    });
    expect(describeRefusal(event('user_create'))).toBeUndefined();
  });
});
