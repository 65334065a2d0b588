import { cutText } from '#base/cut-text.ts';
import type { Language } from '#base/words/language.ts';
import { describeChanges } from './change-words.ts';
import { changeWordsIn } from './change-words-in.ts';
import { zhPhraseWords } from './change-words-zh.ts';
import type { PhraseWords } from './word-shapes.ts';
import type { FieldChange } from './event-types.ts';

/** The maximum number of UTF-16 units of the first change in a phrase. The rest is cut off, and replaced by "…". */
export const CHANGE_PHRASE_LENGTH_MAX = 200;
/** The maximum number of members that a phrase names. The number of the others follows. */
export const PHRASED_MEMBERS_MAX = 2;

/**
 * Describes the changes of a user or a group in one short phrase: the first change, and the number of the others. Returns undefined if there
 * is none.
 *
 * @param names The names of users and groups by their ids. A member without a name is only counted.
 * @example
 * changePhrase('Group', [{ field: 'members', from: null, to: ['1', '2', '3'] }], names); // 'Added 3 members: Ann, Bob and 1 other'
 * changePhrase('Group', [{ field: 'displayName', from: 'A', to: 'B' }], names); // 'Renamed from A to B'
 * changePhrase('User', [{ field: 'title', from: 'A', to: 'B' }, …], names); // 'Title: A → B, and 1 other change'
 */
export function changePhrase(
  type: 'User' | 'Group',
  changes: readonly FieldChange[],
  names: ReadonlyMap<string, string>,
  language: Language = 'en',
): string | undefined {
  const [first, ...others] =
    type === 'User'
      ? describeChanges(changes, names, changeWordsIn(language)).map(({ text }) => text)
      : changes.flatMap((change) => groupPhrases(change, names, language));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : catalogs[language].others(others.length);
  return `${cutText(first, CHANGE_PHRASE_LENGTH_MAX)}${more}`;
}

/** Returns the ids of the members that a phrase about a change can name. */
export function phrasedMembers({ field, from, to }: FieldChange): readonly string[] {
  return field === 'members' ? [from, to].flatMap((ids) => membersIn(ids).named) : [];
}

function groupPhrases(change: FieldChange, names: ReadonlyMap<string, string>, language: Language): readonly string[] {
  const words = catalogs[language];
  const { field, from, to } = change;
  if (field === 'members') {
    // Members that a group waited for are replaced by the users or groups that arrived.
    return [membersPhrase(true, to, names, words) ?? membersPhrase(false, from, names, words) ?? []].flat();
  }
  const inWords = describeChanges([change], names, changeWordsIn(language));
  if (field !== 'displayName') return inWords.map(({ text }) => text);
  const { nothing } = changeWordsIn(language);
  return inWords.map(({ from: old, to: now }) => words.renamed(old ?? nothing, now ?? nothing));
}

function membersPhrase(
  isAdded: boolean,
  ids: unknown,
  names: ReadonlyMap<string, string>,
  words: PhraseWords,
): string | undefined {
  const { count, named } = membersIn(ids);
  if (count === 0) return undefined;
  const shown = named.flatMap((id) => names.get(id) ?? []);
  return words.members(isAdded, count, shown, count - shown.length);
}

const enPhraseWords: PhraseWords = {
  others: (count) => `, and ${counted(count, 'other change')}`,
  renamed: (from, to) => `Renamed from ${from} to ${to}`,
  members: (isAdded, count, names, others) => {
    const deed = isAdded ? 'Added' : 'Removed';
    if (names.length === 0) return `${deed} ${counted(count, 'member')}`;
    if (count === 1) return `${deed} ${names.join()}`;
    const list = others === 0 ? names.join(' and ') : `${names.join(', ')} and ${counted(others, 'other')}`;
    return `${deed} ${counted(count, 'member')}: ${list}`;
  },
};

const catalogs: Readonly<Record<Language, PhraseWords>> = { en: enPhraseWords, zh: zhPhraseWords };

/** Returns the number of the members in a change, and the ids of those that a phrase names. */
function membersIn(ids: unknown): { readonly count: number; readonly named: readonly string[] } {
  const listed = [ids].flat().filter((id) => typeof id === 'string');
  // The event of a large change ends with the number of the members that it does not list (directory/groups.ts).
  const unlisted = /^… and (?<count>\d+) more$/.exec(listed.at(-1) ?? '')?.groups?.['count'];
  const members = unlisted === undefined ? listed : listed.slice(0, -1);
  return { count: members.length + Number(unlisted ?? 0), named: members.slice(0, PHRASED_MEMBERS_MAX) };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
