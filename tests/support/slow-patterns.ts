/**
 * Returns why the search for a regular expression can take a time that grows with the square of the length of a text; undefined if no
 * rule finds a reason. The engine tries the expression from every place of the text: if it begins with a repetition and does not match, a
 * long run of the repeated characters is read again from each of its characters.
 *
 * @example
 * slownessOf('\\s+$', 'g'); // 'begins with the repetition \s+, which something has to follow'
 * slownessOf('^\\s+$', ''); // undefined
 */
export function slownessOf(pattern: string, flags: string): string | undefined {
  // A sticky expression is tried from one place only.
  if (flags.includes('y')) return undefined;
  return alternativesOf(pattern).map(slownessOfAlternative).find(Boolean);
}

function slownessOfAlternative(alternative: string): string | undefined {
  const items = itemsOf(alternative).filter(({ text }) => !isNeutral(text));
  const [first, ...rest] = items;
  if (first === undefined || /^\^$|^\(\?<[=!]/.test(first.text)) return undefined;
  if (isUnbounded(first.repeat)) {
    return isRequired(rest)
      ? `begins with the repetition ${textOf([first])}, which something has to follow`
      : undefined;
  }
  if (isOptional(first.repeat) || first.repeat.startsWith('{')) {
    const without = isOptional(first.repeat) ? slownessOfAlternative(textOf(rest)) : undefined;
    return without ?? slownessOfAlternative(textOf([{ ...first, repeat: '' }, ...rest]));
  }
  const inner = groupOf(first.text);
  if (inner !== undefined) {
    return alternativesOf(inner)
      .map((one) => slownessOfAlternative(one + textOf(rest)))
      .find(Boolean);
  }
  return slownessAfterBeginning(items);
}

/** The beginning of an expression can occur again in a repetition after it: `<` in `<[^>]*>`. */
function slownessAfterBeginning(all: readonly Item[]): string | undefined {
  const items = all.flatMap(withoutGroup);
  const place = items.findIndex(({ repeat }) => isUnbounded(repeat));
  const repeated = items[place];
  const beginning = items.slice(0, place);
  if (repeated === undefined || !isRequired(items.slice(place + 1))) return undefined;
  if (beginning.some(({ text, repeat }) => repeat !== '' || groupOf(text) !== undefined || text.startsWith('('))) {
    return undefined;
  }
  const canRepeat = beginning.every(({ text }) =>
    samples.some((character) => matches(text, character) && matches(repeated.text, character)),
  );
  // An escaped quotation mark is read together with the backslash before it.
  const hasEscapes = repeated.text.includes(String.raw`\\.`) && /^["']$/.test(textOf(beginning));
  return canRepeat || hasEscapes
    ? `begins with ${textOf(beginning)}, which ${textOf([repeated])} can contain, and something has to follow`
    : undefined;
}

const samples = Array.from({ length: 0x7f }, (_, code) => String.fromCodePoint(code));

/** True if a character, a class or a group can match a text of one character. */
function matches(item: string, character: string): boolean {
  const flags = /\\[pP]\{|\\u\{/.test(item) ? 'u' : '';
  return new RegExp(`^${item}$`, flags).test(character);
}

const textOf = (items: readonly Item[]) => items.map(({ text, repeat }) => text + repeat).join('');
const isOptional = (repeat: string) => /^\?|^\{0/.test(repeat);
const isRequired = (items: readonly Item[]) =>
  items.some(({ text, repeat }) => !isOptional(repeat) && !repeat.startsWith('*') && text !== '');
const isUnbounded = (repeat: string) => /^[+*]|^\{\d+,\}/.test(repeat);
/** An item that matches no character. */
const isNeutral = (text: string) => /^\\[bB]$|^\(\?[=!]/.test(text);

/** Returns the items in a group that has no alternatives and is not repeated. */
function withoutGroup(item: Item): readonly Item[] {
  const [inner, other] = item.repeat === '' ? alternativesOf(groupOf(item.text) ?? '|') : [];
  return inner === undefined || other !== undefined ? [item] : itemsOf(inner).flatMap(withoutGroup);
}

/** Returns the content of a group. */
function groupOf(text: string): string | undefined {
  return /^\((?:\?:|\?<\w+>)?(?!\?)(?<inner>[^]*)\)$/.exec(text)?.groups?.['inner'];
}

interface Item {
  readonly text: string;
  readonly repeat: string;
}

/** Splits an alternative into characters, classes and groups, each with its quantifier. */
function itemsOf(pattern: string): readonly Item[] {
  const items: Item[] = [];
  let index = 0;
  while (index < pattern.length) {
    const end = endOfItem(pattern, index);
    const [repeat = ''] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(end)) ?? [];
    items.push({ text: pattern.slice(index, end), repeat });
    index = end + repeat.length;
  }
  return items;
}

function alternativesOf(pattern: string): readonly string[] {
  const alternatives: string[] = [];
  let start = 0;
  let index = 0;
  while (index < pattern.length) {
    if (pattern[index] === '|') {
      alternatives.push(pattern.slice(start, index));
      start = index + 1;
      index += 1;
    } else index = endOfItem(pattern, index);
  }
  return [...alternatives, pattern.slice(start)];
}

/** Returns the index after the character, the class or the group at an index. */
function endOfItem(pattern: string, index: number): number {
  if (pattern[index] === '\\')
    return (
      index +
      (/^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|k<\w+>|[^])/.exec(pattern.slice(index))?.[0]
        .length ?? 1)
    );
  if (pattern[index] === '[') {
    let end = index + 1;
    while (pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (pattern[index] !== '(') return index + 1;
  let end = index + 1;
  while (pattern[end] !== ')') end = endOfItem(pattern, end);
  return end + 1;
}
