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
    'the error and the next attempt of a delayed mail',
    { event_type: 'mail_delayed', changes: [...changes, next] },
    'user_activation to mia@contoso.example: 451 greylisted; next attempt at 2026-01-31T12:00:00.000Z (tanhua mail show m1)',
  ],
  [
    'only the error of a failed mail',
    { event_type: 'mail_failed', changes },
    'user_activation to mia@contoso.example: 451 greylisted (tanhua mail show m1)',
  ],
  ['nothing for an event that is not about an email', { event_type: 'user_update', changes }, ''],
  ['nothing for an event without changes', { event_type: 'mail_link_show' }, ''],
  ['nothing for an email without a reply', { event_type: 'mail_link_show', changes: changes.slice(0, 3) }, ''],
])('mailResult describes %s', ([, event, text]) => {
  expect(mailResult(event)).toBe(text);
});
