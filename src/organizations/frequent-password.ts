import { createRequire } from 'node:module';
import type * as Lists from '@zxcvbn-ts/language-common';
import { fold } from '#base/fold.ts';
import { withoutEnd } from '#base/without-ends.ts';

/** Words that are in every public list of leaked passwords. Attackers try them first, alone and as parts of passwords. */
const words = `
  abcdef access account admin administrator alexander amanda america andrea andrew angel angels anthony apple arsenal asdf
  asdfgh asdfghjkl asdfjkl ashley austin azerty azertyuiop babygirl bailey banana barcelona baseball basketball batman
  beautiful bigdog blahblah blessed blink bonjour brandon bubbles buster butterfly carlos caroline changeit changeme
  charlie cheese chelsea chicken chocolate chris christian claudia computer cookie corvette cowboys daniel danielle
  default demo diamond dolphin dragon eagles elephant elizabeth eminem estrella fernando ferrari flower flowers football
  forever formula freedom friend friends fuckyou gabriel garfield george gfhjkm ginger google guest hallo hannah harley
  heather hello helloworld hockey hottie house hunter iloveme iloveu iloveyou internet iwantu jackson jasmine jennifer
  jessica jesus jordan joseph joshua juventus justin killer kitty letmein letmeinnow lifehack linkedin liverpool lovely
  loveme lover loveyou maggie manager marina marlboro martin master matrix matthew maverick melissa mercedes merlin
  metallica michael michelle midnight minecraft monica monkey monster mustang mynoob naruto natasha newpassword nicole
  nintendo nirvana online orange oracle passion passw passwd passwort password passwordpassword patrick pepper phoenix
  pikachu playboy please pokemon porsche prince princess purple qazwsx qazwsxedc qwer qwert qwerty qwertyu qwertyuiop
  qwertz qwertzuiop rainbow ranger realmadrid rebecca richard robert rockyou root samantha samsung sandra scooter
  secret security server service shadow silver slipknot snoopy soccer sophie spiderman spring starwars steelers sterne
  summer autumn winter sunshine superman superstar support system taylor teste tester testing thomas thunder tigger
  trustno tucker unknown user valentina vanessa victoria welcome whatever william yamaha yankees yellow zaqwsx zxcvbn
  zxcvbnm
`;

/** Keyboard rows, the alphabet, and the digits. Passwords often contain parts of them, forward or backward. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
];
/** The minimum number of consecutive characters of a row that count as a run. */
const RUN_LENGTH_MIN = 4;
/** The maximum number of characters that attackers try around a common word, such as a date and an exclamation mark. */
const AROUND_LENGTH_MAX = 8;
/** The minimum number of different characters in a password. */
const DIFFERENT_MIN = 4;

/** Common substitutions of letters, which attackers also try. */
const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '!': 'l',
  i: 'l',
  '|': 'l',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
};

const frequentWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/).map(skeleton));

/**
 * True if a password is easy to guess: it was often leaked, is a repetition, consists of runs along the keyboard, the alphabet, or the
 * digits, or is a common word. A common word may contain lookalikes and have a few digits and symbols around it.
 *
 * @example
 * isFrequentPassword('P@ssw0rd'); // true
 * isFrequentPassword('Summer2026!'); // true
 * isFrequentPassword('correct horse battery staple'); // false
 */
export function isFrequentPassword(password: string): boolean {
  const folded = fold(password);
  if (new Set(folded).size < DIFFERENT_MIN || isRepetition(folded) || hasOnlyRuns(folded) || isLeaked(folded))
    return true;
  const around = /^[^\p{L}]*/u.exec(folded)?.[0] ?? '';
  const bare = withoutEnd(folded.slice(around.length), (character) => !/\p{L}/u.test(character));
  return (
    frequentWords.has(skeleton(folded)) ||
    (folded.length - bare.length <= AROUND_LENGTH_MAX && (frequentWords.has(skeleton(bare)) || hasOnlyRuns(bare)))
  );
}

/** Replaces characters that look alike with the same letter, so that "P@ssw0rd" and "password" give the same result. */
function skeleton(text: string): string {
  return Array.from(text, (character) => lookalikes[character] ?? character).join('');
}

/**
 * The most frequent passwords in public leaks. The list is loaded when the first password is set, so that servers that set no
 * passwords do not keep the list in memory.
 */
let leaked: ReadonlySet<string> | undefined;
function isLeaked(folded: string): boolean {
  leaked ??= readLeaked();
  return leaked.has(folded);
}

function readLeaked(): ReadonlySet<string> {
  const require = createRequire(import.meta.url);
  const { dictionary }: typeof Lists = require('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(fold));
}

/** True if a text consists of repetitions of a shorter text. */
function isRepetition(text: string): boolean {
  return text !== '' && (text + text).indexOf(text, 1) < text.length;
}

/** True if a text consists only of runs. */
function hasOnlyRuns(text: string): boolean {
  let start = 0;
  while (start < text.length) {
    const length = runLength(text, start);
    if (length < RUN_LENGTH_MIN) return false;
    start += length;
  }
  return text !== '';
}

/** Returns the length of the longest run that starts at an index. */
function runLength(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isRow(text.slice(start, end + 1))) end += 1;
  return end - start;
}

function isRow(text: string): boolean {
  const backwards = Array.from(text).toReversed().join('');
  return rows.some((row) => row.includes(text) || row.includes(backwards));
}
