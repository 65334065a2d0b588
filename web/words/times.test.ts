import { expect, test } from 'vitest';
import { relativeTime } from './times.ts';

const now = new Date('2026-06-15T12:00:00Z');
const shown = (time: string) => relativeTime(new Date(time), now, 'en', 'just now');

test.for([
  ['2026-06-15T11:59:30Z', 'just now'],
  ['2026-06-15T11:56:00Z', '4 minutes ago'],
  ['2026-06-14T12:00:00Z', 'yesterday'],
  ['2026-06-10T12:00:00Z', '5 days ago'],
  ['2026-03-12T12:00:00Z', 'Mar 12'],
  ['2025-03-12T12:00:00Z', 'Mar 12, 2025'],
])('shows the past time %s as %s', ([time = '', text = '']) => {
  expect(shown(time)).toBe(text);
});

test.for([
  // The clock of the page is up to half a minute behind what arrives.
  ['2026-06-15T12:00:30Z', 'just now'],
  ['2026-06-15T14:00:00Z', 'in 2 hours'],
  ['2026-06-20T12:00:00Z', 'in 5 days'],
  ['2026-07-15T12:00:00Z', 'Jul 15'],
])('shows the future time %s as %s', ([time = '', text = '']) => {
  expect(shown(time)).toBe(text);
});
