/** What a username may be, where the rule `userName` of the integration or the directory itself restricts it. */
export const userNamePattern = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** Letters that Entra ID's NormalizeDiacritics replaces; others stay as they are. */
const normalized = 'äàâãåáąăāæçčćďëèéêęěėēğïîìíıīľłñńňöòőõôóōøœřßšśșşťțüùûúůűūÿýžźż';
const replaceable = new RegExp(`[${normalized}${normalized.toUpperCase()}]`, 'gu');
const otherCharacters = /[^A-Za-z0-9._-]/g;
/** What a guest's name in Entra ID has in it. */
const GUEST_MARK = '#EXT#';
const SOURCE = '[mailNickname]';

/**
 * The expression that makes an accepted userName of mailNickname in Entra ID, if mailNickname is this value. Undefined where no
 * Latin letter or digit would remain: no expression makes a name of that.
 *
 * @example
 * entraExpressionFor('9lives'); // Append("u", [mailNickname])
 */
export function entraExpressionFor(value: string): string | undefined {
  let expression = SOURCE;
  let rest = value.normalize();
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

/** Letters that do not fall apart into a Latin letter and a mark. */
const ligatures: ReadonlyMap<string, string> = new Map([
  ['æ', 'ae'],
  ['ø', 'oe'],
  ['œ', 'oe'],
  ['ß', 'ss'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ı', 'i'],
]);

/** An accepted username that resembles a value, to propose it; `ann.meier` where nothing of the value can be kept. */
export function acceptedNameLike(value: string): string {
  const [local = ''] = value.replaceAll(GUEST_MARK, '').split('@');
  const plain = Array.from(local.normalize('NFD'), (one) => ligatures.get(one.toLowerCase()) ?? one)
    .join('')
    .trim()
    .replaceAll(/\s+/g, '.')
    .replaceAll(otherCharacters, '');
  const name = /^[A-Za-z]/.test(plain) || plain === '' ? plain : `u${plain}`;
  return userNamePattern.test(name) ? name.slice(0, PROPOSED_LENGTH_MAX) : 'ann.meier';
}

/** Characters of a name that is proposed: a message stays readable. */
const PROPOSED_LENGTH_MAX = 40;
