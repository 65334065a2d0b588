import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateWith } from '#expressions/evaluate-with.fixture.ts';
import { acceptedNameLike, entraExpressionFor, userNamePattern } from './user-name-advice.ts';

/** Returns the userName that Entra ID sends with the advised expression; undefined if no expression is advised. */
function advised(mailNickname: string): unknown {
  const expression = entraExpressionFor(mailNickname);
  if (expression === undefined || expression === '[mailNickname]') return expression && mailNickname;
  const result = evaluateWith(expression, { mailNickname });
  return result.kind === 'value' ? result.value : result;
}

describe('the advised expression', () => {
  test.each([
    ['jörg.müller', 'NormalizeDiacritics([mailNickname])', 'jorg.muller'],
    ['9lives', 'Append("u", [mailNickname])', 'u9lives'],
    ['gina_fabrikam.example#EXT#', 'Replace([mailNickname], "#EXT#", , , "", , )', 'gina_fabrikam.example'],
    ['Łukasz O’Neill', 'Replace(NormalizeDiacritics([mailNickname]), , "[^A-Za-z0-9._-]", , "", , )', 'LukaszONeill'],
    ['ann meier', 'Replace([mailNickname], , "[^A-Za-z0-9._-]", , "", , )', 'annmeier'],
    ['7_zoë#EXT#', 'Append("u", NormalizeDiacritics(Replace([mailNickname], "#EXT#", , , "", , )))', 'u7_zoe'],
    ['ann.meier', '[mailNickname]', 'ann.meier'],
  ])('for the mailNickname %j is %s and produces %s', (mailNickname, expression, userName) => {
    expect(entraExpressionFor(mailNickname)).toBe(expression);
    expect(advised(mailNickname)).toBe(userName);
  });

  test('is undefined for a mailNickname without a Latin letter or digit', () => {
    expect(['李雷', '', '#EXT#', '!'].map(entraExpressionFor)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('produces a valid userName for every other mailNickname', () => {
    const letter = fc.constantFrom(...Array.from("aZ0._-äßŁøÆéşģ李 '#@!’"), '#EXT#', 'e\u0301', '😀');
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 12 }), (letters) => {
        const userName = advised(letters.join(''));
        expect(userName === undefined || (typeof userName === 'string' && userNamePattern.test(userName))).toBe(true);
      }),
    );
  });
});

describe('the proposed username', () => {
  test.each([
    ['ann@contoso.example', 'ann'],
    ['jörg.müller', 'jorg.muller'],
    ['9lives', 'u9lives'],
    ['gina_fabrikam.example#EXT#', 'gina_fabrikam.example'],
    ['ann meier', 'ann.meier'],
    ['李雷', 'ann.meier'],
    ['Straße', 'Strasse'],
  ])('for %j is %s', (value, proposed) => {
    expect(acceptedNameLike(value)).toBe(proposed);
  });

  test('is valid for every value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(acceptedNameLike(value)).toMatch(userNamePattern);
      }),
    );
  });
});
