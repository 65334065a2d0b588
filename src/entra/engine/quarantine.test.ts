import { describe, expect, test } from 'vitest';
import type { Quarantine } from '../application/job.ts';
import { nextQuarantine } from './quarantine.ts';

const HOUR_MS = 3_600_000;
const begin = new Date('2026-01-05T09:00:00Z');
const later = (hours: number) => new Date(begin.getTime() + hours * HOUR_MS);
const error = { code: 'x', message: 'y', tenantActionable: false };

/** Returns the quarantine after a series of failures. `hours` is the time of a failure, in hours after `begin`. */
function after(...failures: readonly (readonly [hours: number, reason: Quarantine['reason']])[]): Quarantine {
  const last = failures.reduce<Quarantine | null>(
    (before, [hours, reason]) => nextQuarantine(before, reason, error, later(hours)),
    null,
  );
  if (last === null) throw new Error('There is no failure.');
  return last;
}

describe('the quarantine of a job', () => {
  test('starts with the first failure, as does the series of failures', () => {
    expect(after([0, 'EncounteredQuarantineException'])).toEqual({
      currentBegan: begin.toISOString(),
      seriesBegan: begin.toISOString(),
      nextAttempt: later(6).toISOString(),
      reason: 'EncounteredQuarantineException',
      seriesCount: 1,
      error,
    });
  });

  test('keeps its start time while the reason stays the same', () => {
    const twice = after([0, 'TooManyDeletes'], [6, 'TooManyDeletes']);
    expect(twice).toMatchObject({
      currentBegan: begin.toISOString(),
      seriesBegan: begin.toISOString(),
      seriesCount: 2,
    });
  });

  test('gets a new start time when the reason changes, while the series continues', () => {
    const other = after([0, 'TooManyDeletes'], [6, 'TooManyDeletes'], [18, 'EncounteredBaseEscrowThreshold']);
    expect(other).toMatchObject({
      reason: 'EncounteredBaseEscrowThreshold',
      currentBegan: later(18).toISOString(),
      seriesBegan: begin.toISOString(),
      seriesCount: 3,
    });
    const back = nextQuarantine(other, 'TooManyDeletes', error, later(42));
    expect(back).toMatchObject({ currentBegan: later(42).toISOString(), seriesBegan: begin.toISOString() });
  });

  test.for<[count: number, hours: number]>([
    [1, 6],
    [2, 12],
    [3, 24],
    [4, 24],
  ])('after %i failures has its next attempt %i hours later', ([count, hours]) => {
    const failures = Array.from({ length: count }, () => [0, 'TooManyDeletes'] as const);
    expect(after(...failures).nextAttempt).toBe(later(hours).toISOString());
  });
});
