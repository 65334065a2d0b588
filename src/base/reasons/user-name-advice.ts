import { normalForm } from '../normal-form.ts';

/** The usernames that are accepted if the directory or the rule `userName` of the integration restricts them. */
export const userNamePattern = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** Letters that the Entra ID function NormalizeDiacritics replaces; it leaves all others unchanged. */
const normalized = 'äàâãåáąăāæçčćďëèéêęěėēğïîìíıīľłñńňöòőõôóōøœřßšśșşťțüùûúůűūÿýžźż';
const replaceable = new RegExp(`[${normalized}${normalized.toUpperCase()}]`, 'gu');
const otherCharacters = /[^A-Za-z0-9._-]/g;
/** The mark in the user principal name of a guest in Entra ID. */
const GUEST_MARK = '#EXT#';
const SOURCE = '[mailNickname]';

/**
 * Returns the Entra ID expression that turns this value of mailNickname into an accepted userName; undefined if no Latin letter
 * or digit would remain, since no expression can produce a name then.
 *
 * @example
 * entraExpressionFor('9lives'); // Append("u", [mailNickname])
 */
export function entraExpressionFor(value: string): string | undefined {
  let expression = SOURCE;
  let rest = normalForm(value, 'NFC');
  if (rest.includes(GUEST_MARK)) {
    expression = `Replace(${expression}, "${GUEST_MARK}", , , "", , )`;
    rest = rest.replaceAll(GUEST_MARK, '');
  }
  if (replaceable.test(rest)) expression = `NormalizeDiacritics(${expression})`;
  rest = rest.replaceAll(replaceable, 'a');
  if (rest.search(otherCharacters) >= 0) {
    expression = `Replace(${expression}, , "[^A-Za-z0-9._-]", , "", , )`;
    rest = rest.replaceAll(otherCharacters, '');
  }
  if (rest === '') return undefined;
  return userNamePattern.test(rest) ? expression : `Append("u", ${expression})`;
}

/** Letters that Unicode does not decompose into a Latin letter and a mark. */
const ligatures: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['ø', 'oe'],
  ['œ', 'oe'],
  ['ß', 'ss'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ı', 'i'],
]);

/** Returns an accepted username that resembles a value, as an example in a message; `ann.meier` if no character can be kept. */
export function acceptedNameLike(value: string): string {
  const [local = ''] = value.replaceAll(GUEST_MARK, '').split('@');
  const plain = Array.from(normalForm(local, 'NFD'), (one) => ligatures.get(one.toLowerCase()) ?? one)
    .join('')
    .trim()
    .replaceAll(/\s+/g, '.')
    .replaceAll(otherCharacters, '');
  const name = /^[A-Za-z]/.test(plain) || plain === '' ? plain : `u${plain}`;
  return userNamePattern.test(name) ? name.slice(0, PROPOSED_LENGTH_MAX) : 'ann.meier';
}

/** The maximum length of a username that a message proposes, so that the message stays readable. */
const PROPOSED_LENGTH_MAX = 40;
