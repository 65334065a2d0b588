import { describe, expect, test } from 'vitest';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { curlCommand } from './curl-command.ts';
import { erasedDetail } from './erased-detail.ts';
import { CUT_MARK } from '#base/cut-text.ts';
import { requestKinds, type RequestDetail, type RequestKind } from './logged-request.ts';
import type { DescribedRequest } from './request-sentences.ts';
import { describeRequest } from './request-words.ts';
import { rfcOperations } from './rfc-operations.ts';

const accepted: DescribedRequest = {
  kind: 'create',
  method: 'POST',
  resourceType: 'User',
  outcome: 'accepted',
  name: 'ann',
  targetId: '1',
  reason: null,
  count: 1,
};

describe('describeRequest', () => {
  test.for<[sentence: string, request: Partial<DescribedRequest>]>([
    ['Create ann → created', {}],
    ['Create the group Sales → created', { resourceType: 'Group', name: 'Sales' }],
    [
      'Create a user: refused, the primary email is missing',
      { name: null, targetId: null, outcome: 'refused', reason: 'emailRequired' },
    ],
    ['Create ann: failed', { outcome: 'failed' }],
    ['Create ann: refused, a code of another version', { outcome: 'refused', reason: 'A code of another version' }],
    ['Change ann → no change', { kind: 'patch', outcome: 'unchanged' }],
    ['Change ann → changed', { kind: 'patch', effect: 'changed' }],
    ['Change ann → title: A → B', { kind: 'patch', effect: 'changed', change: 'Title: A → B' }],
    ['Change ann → SSH key: changed', { kind: 'patch', change: 'SSH key: changed' }],
    ['Create ann → created', { kind: 'create', change: 'Title: A → B' }],
    ['Replace the user 1 → changed', { kind: 'replace', name: null }],
    ['Delete ann → deleted', { kind: 'delete', effect: 'deleted' }],
    ['Delete ann → suspended', { kind: 'delete', effect: 'changed' }],
    ['Test Connection (3 times) → passed', { kind: 'connectionTest', count: 3 }],
    ['Find a group → answered', { kind: 'find', resourceType: 'Group' }],
    ['List users and groups → answered', { kind: 'list', resourceType: undefined }],
    ['List users → answered', { kind: 'list' }],
    [
      'GET at an unknown path: refused, there is nothing at this address',
      { kind: 'unknown', method: 'GET', outcome: 'refused', reason: 'routeNotFound' },
    ],
    ['Bulk request → processed', { kind: 'bulk' }],
    [
      'Operation 3 of a bulk request: refused, the body does not have the form that the operation requires',
      { kind: 'bulk', operation: 2, outcome: 'refused', reason: 'invalidBody', resourceType: 'Group' },
    ],
  ])('returns "%s"', ([sentence, request]) => {
    expect(describeRequest({ ...accepted, ...request })).toBe(sentence);
  });

  test('has a sentence for every kind', () => {
    for (const kind of Object.keys(requestKinds) as readonly RequestKind[]) {
      expect(describeRequest({ ...accepted, kind })).toMatch(/^[A-Z].* → [a-z]+$/);
    }
  });
});

describe('rfcOperations', () => {
  const User = compileResourceSchema('User');
  const Group = compileResourceSchema('Group');

  test.for<
    [
      name: string,
      schema: typeof User,
      sent: readonly object[],
      operations: readonly object[] | undefined,
      differs: boolean,
    ]
  >([
    [
      'RFC form',
      User,
      [{ op: 'replace', path: 'title', value: 'x' }],
      [{ op: 'replace', path: 'title', value: 'x' }],
      false,
    ],
    [
      'another letter case',
      User,
      [{ op: 'Add', path: 'Title', value: 'x' }],
      [{ op: 'add', path: 'title', value: 'x' }],
      true,
    ],
    [
      'a boolean as text',
      User,
      [{ op: 'replace', path: 'active', value: 'False' }],
      [{ op: 'replace', path: 'active', value: false }],
      true,
    ],
    [
      'a filter',
      User,
      [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b.example' }],
      [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'a@b.example' }],
      false,
    ],
    [
      'a filter with several conditions',
      User,
      [{ op: 'remove', path: 'emails[(type eq "work" or type pr) and not (primary eq true)]' }],
      [{ op: 'remove', path: 'emails[(type eq "work" or type pr) and not (primary eq true)]' }],
      false,
    ],
    [
      'members as values',
      Group,
      [{ op: 'Remove', path: 'members', value: [{ value: '1' }, { value: '2' }] }],
      [
        { op: 'remove', path: 'members[value eq "1"]' },
        { op: 'remove', path: 'members[value eq "2"]' },
      ],
      true,
    ],
    ['a path that does not exist', User, [{ op: 'replace', path: 'title.x.y', value: 'x' }], undefined, false],
  ])('shows %s', ([, schema, sent, operations, differs]) => {
    const shown = rfcOperations(schema, { Operations: sent as never });
    expect(shown).toEqual(operations === undefined ? undefined : { operations, differs });
  });
});

const detail: RequestDetail = {
  path: '/scim/v2/Users/1',
  headers: { 'content-type': 'application/scim+json', 'user-agent': 'x', 'if-match': 'W/"1"' },
  clientIp: '192.0.2.1',
  actor: { type: 'integration', id: '1', name: 'Entra ID' },
  credential: { method: 'bearer' },
  durationMs: 1,
  body: 'whole',
  answer: 'none',
};

const sentPost = { method: 'POST', reason: null };

describe('curlCommand', () => {
  test('quotes every text for the shell, and has a placeholder for the key', () => {
    const { curl } = curlCommand(
      'http://x',
      { ...sentPost, method: 'PATCH' },
      { ...detail, query: "a=$(b)'" },
      `{"a":"it's $HOME"}`,
    );
    expect(curl?.split(' \\\n  ')).toEqual([
      String.raw`curl -X PATCH 'http://x/scim/v2/Users/1?a=$(b)'\'''`,
      '-H "Authorization: Bearer $TOKEN"',
      `-H 'content-type: application/scim+json'`,
      `-H 'if-match: W/"1"'`,
      String.raw`--data-raw '{"a":"it'\''s $HOME"}'`,
    ]);
  });

  test.for<[name: string, change: Partial<RequestDetail>]>([
    ['was masked', { body: 'masked' }],
    ['was cut', { body: 'cut' }],
    ['was erased', { body: 'erased' }],
    ['has a mask in its query', { query: `filter=password eq "${SECRET_MASK}"` }],
    ['has a header that was cut', { headers: { accept: `x${CUT_MARK}` } }],
  ])('says why a request that %s cannot be repeated', ([, change]) => {
    expect(curlCommand('http://x', sentPost, { ...detail, ...change }, '{}')).toEqual({
      curl: null,
      why: expect.stringMatching(/ (masked|cut|erased)\b/),
    });
  });
});

test.for([
  ['POST', 'keyRevoked', 'Its body was not kept, because its credential was refused: the key was revoked.'],
  [
    'PUT',
    'roleForbidden',
    'Its body was not kept, because its credential was refused: the role of the key does not allow this request.',
  ],
  ['PATCH', 'invalidJson', 'Its body was not kept, because the server could not read one: the body is not valid JSON.'],
  ['POST', null, 'Its body was not kept.'],
  ['DELETE', 'keyRevoked', undefined],
  ['GET', 'keyRevoked', undefined],
] as const)('says why a %s without a kept body cannot be repeated: %s', ([method, reason, why]) => {
  const repeatable = curlCommand('http://x', { method, reason }, { ...detail, body: 'none' }, null);
  if (why !== undefined) expect(repeatable).toEqual({ curl: null, why });
  else expect(repeatable.curl).toContain(`curl -X ${method} `);
});

test('curlCommand repeats a request of which only a header that it does not send was cut', () => {
  const headers = { ...detail.headers, 'user-agent': `x${CUT_MARK}` };
  expect(curlCommand('http://x', sentPost, { ...detail, headers }, '{}').curl).toMatch(/^curl -X POST/);
});

test('erasedDetail keeps the id, and no name of the user', () => {
  const named: RequestDetail = {
    ...detail,
    path: '/scim/v2/Users/ann@contoso.example',
    query: 'filter=userName eq "ann"',
    actor: { type: 'user', id: '1', name: 'ann' },
    answerHeaders: { location: 'http://x/scim/v2/Users/1', 'x-ignored-attributes': 'emails[value eq "ann"]' },
    ignored: [{ path: 'emails[value eq "ann"]', reason: 'unknown' }],
  };
  expect(JSON.stringify(erasedDetail(named, '1'))).not.toContain('ann');
  expect(erasedDetail(named, '1')).toMatchObject({ path: '/scim/v2/Users', body: 'erased', answer: 'none' });
  expect(erasedDetail(detail, '1').path).toBe('/scim/v2/Users/1');
  expect(erasedDetail({ ...detail, path: '/scim/v2/Me' }, '1').path).toBe('/scim/v2/Me');
});
