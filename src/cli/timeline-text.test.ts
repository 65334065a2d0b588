import { expect, test } from 'vitest';
import type { Person } from '#directory/person.ts';
import type { Timeline } from '#directory/timeline.ts';
import type { TimelineEntry } from '#directory/timeline-entries.ts';
import { timelineText } from './timeline-text.ts';

const ann: Person = {
  id: 'u1',
  name: 'Ann Meier',
  state: 'present',
  userName: 'ann',
  username: 'ann',
  email: 'ann@contoso.example',
  displayName: 'Ann Meier',
  externalId: null,
  deletedAt: null,
  restorableUntil: null,
};
const request = {
  id: 'r1',
  method: 'PATCH',
  path: '/scim/v2/Users/u1',
  outcome: 'accepted',
  status: 200,
  client: 'Microsoft Entra ID',
  durationMs: 2.4,
  hasContent: true,
} as const;
const entry: TimelineEntry = {
  id: 'e1',
  eventId: 'e1',
  time: '2026-01-05T09:00:00.000Z',
  type: 'user_update',
  words: 'Entra ID changed ann.',
  actor: null,
  group: null,
  changes: [{ field: 'title', attribute: 'Title', from: 'A', to: 'B', text: 'Title: A → B' }],
  ignored: [{ path: 'ims', reason: 'unsupported' }],
  refusal: null,
  requestId: 'r1',
  request,
};
const timeline: Timeline = { person: ann, namesakes: [], entries: [entry], similar: [], advice: [] };

test('prints the person, the namesakes, and each entry with its changes and its request', () => {
  const namesakes = [{ ...ann, id: 'u2', userName: 'ann2', email: null }];
  expect(timelineText({ ...timeline, namesakes })).toBe(
    [
      'Ann Meier is in the directory: userName ann, email ann@contoso.example, id u1',
      '',
      'Others with this name:',
      '  Ann Meier is in the directory: userName ann2, id u2',
      '',
      '2026-01-05T09:00:00.000Z  Entra ID changed ann.',
      '    Title: A → B',
      '    Ignored attributes: Instant messaging address',
      '    Request r1: PATCH /scim/v2/Users/u1 from Microsoft Entra ID, accepted with status 200, 2 ms',
    ].join('\n'),
  );
});

test('prints the reason and the advice of a refusal, and a request whose path was erased', () => {
  const sent = { userName: '9ann', email: null, displayName: null, externalId: null };
  const refusal = {
    code: 'c',
    reason: null,
    text: 'It is wrong.',
    advice: 'Correct it.',
    fixes: [],
    rulesChanged: false,
    sent,
    repeated: null,
  };
  const erased = { ...request, path: null, client: null, durationMs: null, outcome: 'refused' as const };
  const text = timelineText({
    ...timeline,
    entries: [{ ...entry, changes: [], ignored: [], refusal, request: erased }],
  });
  expect(text.split('\n').slice(-3)).toEqual([
    '    It is wrong.',
    '    Correct it.',
    '    Request r1: PATCH (path erased), refused with status 200',
  ]);
});

test('prints the advice and similar names for a name that is not known', () => {
  const unknown: Person = { ...ann, id: null, name: 'amn', state: 'unknown', userName: null, email: null };
  const similar = [{ id: 'u1', name: 'Ann Meier', state: 'present' as const, userName: 'ann', email: null }];
  expect(timelineText({ ...timeline, person: unknown, entries: [], similar, advice: ['No source has sent it.'] })).toBe(
    [
      'amn is not known.',
      'No source has sent it.',
      '',
      'People with similar names:',
      '  Ann Meier is in the directory: userName ann, id u1',
      '',
      'Nothing was recorded about this name.',
    ].join('\n'),
  );
});
