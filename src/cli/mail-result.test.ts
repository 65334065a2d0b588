import { expect, test } from 'vitest';
import { mailResult } from './mail-result.ts';

const changes = [
  { field: 'mail', from: null, to: 'm1' },
  { field: 'kind', from: null, to: 'user_activation' },
  { field: 'recipient', from: null, to: 'mia@contoso.example' },
  { field: 'answer', from: null, to: '451 greylisted' },
];
const next = { field: 'next_attempt_at', from: null, to: '2026-01-31T12:00:00.000Z' };

test.for<[string, Readonly<Record<string, unknown>>, string]>([
  [
    'of a mail that waits',
    { event_type: 'mail_delayed', changes: [...changes, next] },
    'user_activation to mia@contoso.example: 451 greylisted; next attempt at 2026-01-31T12:00:00.000Z (tanhua mail show m1)',
  ],
  [
    'of a mail that has its last result',
    { event_type: 'mail_failed', changes },
    'user_activation to mia@contoso.example: 451 greylisted (tanhua mail show m1)',
  ],
  ['of another event', { event_type: 'user_update', changes }, ''],
  ['of an event without changes', { event_type: 'mail_link_show' }, ''],
  ['of an event about a mail without an answer', { event_type: 'mail_link_show', changes: changes.slice(0, 3) }, ''],
])('the result %s', ([, event, text]) => {
  expect(mailResult(event)).toBe(text);
});
