import { describe, expect, test } from 'vitest';
import { ownSecrets, SentSecrets } from './sent-secrets.ts';

const TOKEN = 'tns_9x0X8RdlNyT1mTwmcu3s';
const percent = (text: string) => Array.from(text, (one) => `%${one.charCodeAt(0).toString(16)}`).join('');
const unicode = (text: string) =>
  Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`).join('');

describe('replaceIn', () => {
  test.for<[text: string, replaced: string]>([
    [`curl ${TOKEN}`, 'curl …'],
    [`tnh_${TOKEN.slice(4)},tna_${TOKEN.slice(4)}`, '…,…'],
    [`a_${TOKEN}`, 'a_…'],
    [`1${TOKEN}/x`, '1…/x'],
    [`/Users/x%2F${TOKEN}`, '/Users/x%2F…'],
    [String.raw`{"a":"see\n${TOKEN}"}`, String.raw`{"a":"see\n…"}`],
    [`/${percent(TOKEN)}/`, '/…/'],
    [`"${unicode(TOKEN)}"`, '"…"'],
    [`tns%5F${TOKEN.slice(4)}`, '…'],
    // The letter t belongs to an escape of JSON, which must not be left in part.
    [String.raw`"\tns_9x0X8RdlNyT1mTwmcu3s"`, '"…"'],
    [String.raw`"\\${TOKEN}\n"`, String.raw`"…\n"`],
    ['tns_9x0X8RdlNyT1mTw', 'tns_9x0X8RdlNyT1mTw'],
    ['tnx_9x0X8RdlNyT1mTwmcu3s', 'tnx_9x0X8RdlNyT1mTwmcu3s'],
  ])('turns %s into %s', ([text, replaced]) => {
    expect(ownSecrets.replaceIn(text, '…')).toBe(replaced);
    expect(ownSecrets.areIn(text)).toBe(replaced !== text);
  });

  test.for(['Hand-set.key', String.raw`a"b\c/d e+f%20&é`, 'tnh_short', TOKEN])(
    'replaces the credential %s in each form',
    (credential) => {
      const secrets = new SentSecrets(credential);
      const json = JSON.stringify(credential).slice(1, -1);
      for (const form of [credential, json, encodeURIComponent(credential), unicode(credential)]) {
        expect(secrets.replaceIn(`x${form} y`, '…')).toBe('x… y');
        expect(secrets.areIn(form)).toBe(true);
      }
      expect(JSON.stringify(secrets)).not.toContain(json);
    },
  );

  test('replaces whole words in any letter case', () => {
    const secrets = ownSecrets.withWords(new Set(['pa55', 'mötley']));
    expect(secrets.replaceIn('"Pa55" and pa555, MÖTLEY-crew, mötley', '…')).toBe('"…" and pa555, MÖTLEY-crew, …');
    expect(ownSecrets.withWords(new Set())).toBe(ownSecrets);
  });
});
