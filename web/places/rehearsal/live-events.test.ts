import { expect, test } from 'vitest';
import { isAboutStandIn } from './live-events.ts';

const event = (type: string) => isAboutStandIn({ kind: 'event', data: { event_type: type } });

test('an event about a tenant or a job is about the stand-in, and one about a person of the directory is not', () => {
  expect(['entra_user_update', 'provisioning_pause', 'user_create', 'group_update'].map(event)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isAboutStandIn({ kind: 'reset', data: null })).toBe(true);
  expect(isAboutStandIn({ kind: 'request', data: { event_type: 'entra_user_update' } })).toBe(false);
});
