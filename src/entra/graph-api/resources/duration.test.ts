import { describe, expect, test } from 'vitest';
import { printDuration, readDuration } from './duration.ts';

describe('durations', () => {
  test.for<[string, number]>([
    ['PT0S', 0],
    ['PT1S', 1_000],
    ['PT0.25S', 250],
    ['PT40M', 2_400_000],
    ['PT1H30M', 5_400_000],
    ['P1D', 86_400_000],
    ['P2DT3H4M5.006S', 183_845_006],
  ])('%s is read as %d milliseconds and printed as the same text', ([text, milliseconds]) => {
    expect(readDuration(text, 'interval')).toBe(milliseconds);
    expect(printDuration(milliseconds)).toBe(text);
  });

  test('are read even if they are not in their shortest form', () => {
    expect(readDuration('PT90S', 'interval')).toBe(90_000);
    expect(readDuration('P0DT0H40M0S', 'interval')).toBe(2_400_000);
  });

  test.for(['', 'P', 'PT', '40M', 'PT40', 'P1M', 'PT-1S', 'PT1.S', '40', 'P10675199999DT1S'])(
    '%j is rejected with an example of a valid duration',
    (text) => {
      expect(() => readDuration(text, 'interval')).toThrow('such as PT40M');
    },
  );
});
