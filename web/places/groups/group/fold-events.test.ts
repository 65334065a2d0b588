import { describe, expect, test } from 'vitest';
import { foldEvents } from './fold-events.ts';

type Event = Parameters<typeof foldEvents>[0][number];

function event(minute: number, more: Partial<Event> = {}): Event {
  const actor = { type: 'integration', id: 'entra', name: 'Entra ID' };
  return {
    id: String(minute),
    event_type: 'group_update',
    success: true,
    timestamp: new Date(Date.UTC(2026, 1, 3, 10, minute)).toISOString(),
    initiated_by: actor,
    changes: [{ field: 'members', from: null, to: ['ann'] }],
    ...more,
  };
}

describe('the timeline of a group', () => {
  test('counts consecutive changes of members by one actor in one line', () => {
    const removal = event(3, { changes: [{ field: 'members', from: ['eve', 'bob'], to: null }] });
    expect(foldEvents([event(5), event(4), removal])).toMatchObject([
      { events: 3, added: 2, removed: 2, event: { id: '5' }, from: '2026-02-03T10:03:00.000Z' },
    ]);
  });

  test.for<[string, Partial<Event>]>([
    ['of another actor', { initiated_by: { type: 'administrator', id: 'admin', name: 'admin@localhost' } }],
    ['that was refused', { success: false }],
    ['of a name as well', { changes: [{ field: 'displayName', from: 'A', to: 'B' }] }],
    ['with another type', { event_type: 'group_create', changes: [] }],
    ['more than ten minutes earlier', { timestamp: '2026-02-03T09:54:00.000Z' }],
  ])('is not folded with a change %s', ([, more]) => {
    expect(foldEvents([event(5), event(4, more)]).map(({ events }) => events)).toEqual([1, 1]);
  });
});
