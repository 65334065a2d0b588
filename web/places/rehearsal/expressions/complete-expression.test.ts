import { describe, expect, test } from 'vitest';
import { placeOf } from './complete-expression.ts';

describe('placeOf', () => {
  test.for([
    ['', 'word', 0],
    ['Join(To', 'word', 5],
    ['Join("a", ', 'word', 10],
    ['Join("[", [giv', 'attribute', 10],
    ['Join([', 'attribute', 5],
    ['[addresses[type eq "work"].coun', 'attribute', 0],
    ['Join([mail], Lef', 'word', 13],
    ['Join("say \\"x', 'string', 5],
    ['Replace([mobile], , "[()\\\\', 'string', 20],
    ['Join("a\\\\", x', 'word', 12],
  ] as const)('finds at the end of %j a %s that begins at %i', ([text, kind, from]) => {
    expect(placeOf(text)).toEqual({ kind, from });
  });
});
