import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { isConcurrent } from '#database/engine.ts';
import { compareCodePoints, fold } from '#base/fold.ts';
import { SEARCH_WORDS_MAX, TERM_LENGTH_MAX, TERMS_BYTES_MAX, TERMS_MAX } from '#base/search-terms.ts';
import { KEY_LENGTH_MAX } from '#directory/person-terms.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { RESTORABLE_DAYS } from '#directory/stored.ts';
import { purgeDeleted, restoreUser } from '#directory/trash.ts';
import { INDEX_STEP } from '#directory/user-index-store.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { patchUser } from '#directory/users.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import type { JsonObject } from '#base/json.ts';
import { indexPeople } from './index-people.ts';
import { addPerson, allNames, namesOn, openTestDirectory, search, type TestDirectory } from './people.fixture.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

async function change({ deps, caller }: TestDirectory, id: string, value: JsonObject): Promise<void> {
  const body = { Operations: [{ op: 'replace', value }] };
  const patch = readPatchRequest(deps.schemas.User, body, { unknownAttributes: 'ignore' });
  await patchUser(deps, caller, id, { ...patch, expectedVersion: undefined });
}

test('finds a person by the beginning of each word of each searched value, and by no other part', async () => {
  await addPerson(directory, {
    userName: 'zoe.quark@contoso.example',
    externalId: 'X-7781',
    displayName: 'Zoë Ångström-Weiß',
    nickName: 'Zozo',
    title: 'Senior Physicist',
    name: { givenName: 'Zoë', familyName: 'Ångström-Weiß', middleName: 'Øyvind' },
    emails: [{ type: 'work', value: 'zoe@mail.physics.example', primary: true }],
    phoneNumbers: [{ type: 'work', value: '+49 (0)30 7654-321' }],
    [ENTERPRISE_USER_SCHEMA]: { department: 'Quantum Optics', employeeNumber: 'E77310' },
  });
  const found = [
    'zoe',
    'ZOË',
    'angst',
    'weiss',
    'WEIß',
    'ångström-w',
    'oyvind',
    'zoz',
    'quark@con',
    'physics.ex',
    'phys sen',
  ];
  const numbers = ['e773', '+49', '4903', '030765', '7654321', '7654-3', 'x-77', 'quant opt', 'zoe ang opt 321'];
  for (const words of [...found, ...numbers])
    expect(namesOn(await search(directory, { search: words })), words).toEqual(['zoe.quark@contoso.example']);
  for (const words of ['oe', 'ngstrom', 'zoe absent', 'uark', '654321', '7781']) {
    expect((await search(directory, { search: words })).total, words).toBe(0);
  }
  for (const words of ['', ' ']) expect((await search(directory, { search: words })).total, words).toBe(1);
  for (const words of ['-', '@ .']) expect((await search(directory, { search: words })).total, words).toBe(0);
});

test('finds Chinese, Japanese and Korean names by each part, of one or more characters', async () => {
  await addPerson(directory, { userName: 'wang', displayName: '王小明', title: '東京Tower係' });
  await addPerson(directory, { userName: 'kim', displayName: '김철수', nickName: 'カタカナ𠮷野' });
  const expected: readonly (readonly [string, readonly string[]])[] = [
    ['王', ['wang']],
    ['小', ['wang']],
    ['明', ['wang']],
    ['小明', ['wang']],
    ['王小明', ['wang']],
    ['王明', []],
    ['小王', []],
    ['東京tow', ['wang']],
    ['係', ['wang']],
    ['철수', ['kim']],
    ['수', ['kim']],
    ['ｶﾀｶﾅ', ['kim']],
    ['タカ', ['kim']],
    ['𠮷', ['kim']],
    ['ナ𠮷野', ['kim']],
  ];
  for (const [words, names] of expected)
    expect(namesOn(await search(directory, { search: words })), words).toEqual(names);
});

test.each([
  ['in the index', true],
  ['not in the index yet', false],
])('keeps the index current when a person who is %s is changed, deleted and restored', async (_, isIndexed) => {
  await using own = await openTestDirectory();
  const { deps, caller } = own;
  const { id } = await addPerson(own, { userName: 'mutable', displayName: 'First Version' });
  const total = async (words: string) => {
    const totals = await Promise.all(
      [undefined, 0].map(async (max) => (await search(own, { search: words }, max)).total),
    );
    expect(new Set(totals).size).toBe(1);
    return totals[0];
  };
  const rows = async () => {
    await indexPeople(deps);
    const { rows: found } = await sql<{ total: number }>`select count(*) as total from user_terms
      join users on users.sequence = user_terms.user_sequence where users.id = ${id}`.execute(deps.database);
    return found[0]?.total;
  };
  expect(await total('first')).toBe(1);
  if (isIndexed) await indexPeople(deps);
  await change(own, id, { displayName: 'Second Version' });
  expect([await total('first'), await total('second')]).toEqual([0, 1]);
  if (isIndexed) expect(await rows()).toBe(3);
  await deleteUser(deps, caller, id, { expectedVersion: undefined });
  expect(await total('second')).toBe(0);
  if (isIndexed) expect(await rows()).toBe(0);
  await addPerson(own, { userName: 'mutable', displayName: 'Namesake' });
  await restoreUser(deps, caller.origin, id, { username: 'restored' });
  expect([await total('second'), await total('restored'), await total('mutable')]).toEqual([1, 1, 1]);
  expect(await rows()).toBe(3);
});

/** Returns the names of the users that no row of the index refers to. */
async function unindexed({ deps }: TestDirectory): Promise<readonly string[]> {
  const { rows } = await sql<{ user_name: string }>`select user_name from users where sequence not in
    (select user_sequence from user_terms)`.execute(deps.database);
  return rows.map((row) => row.user_name);
}

test(`indexes new people together, at the latest after ${INDEX_STEP} of them`, async () => {
  await using own = await openTestDirectory();
  for (let index = 1; index < INDEX_STEP; index += 1) await addPerson(own, { userName: `step${index}` });
  const before = await unindexed(own);
  expect(before).toHaveLength(isConcurrent(own.deps.database) ? 0 : INDEX_STEP - 1);
  await addPerson(own, { userName: 'last' });
  expect(await unindexed(own)).toEqual([]);
  expect((await search(own, { search: 'step' })).total).toBe(INDEX_STEP - 1);
});

test('finds a person who gets the number of a purged person', async () => {
  await using own = await openTestDirectory();
  const { deps, caller } = own;
  const { id } = await addPerson(own, { userName: 'purged' });
  await indexPeople(deps);
  await deleteUser(deps, caller, id, { expectedVersion: undefined });
  own.clock.advance((RESTORABLE_DAYS + 1) * DAY_MS);
  await purgeDeleted(deps);
  await addPerson(own, { userName: 'next' });
  expect(namesOn(await search(own, { search: 'next' }))).toEqual(['next']);
  await indexPeople(deps);
  expect(await unindexed(own)).toEqual([]);
});

test(`accepts ${SEARCH_WORDS_MAX} words, and refuses one more`, async () => {
  const words = Array.from({ length: SEARCH_WORDS_MAX + 1 }, (_, index) => `word${index}`);
  expect((await search(directory, { search: words.slice(1).join(' ') })).total).toBe(0);
  await expect(search(directory, { search: words.join(' ') })).rejects.toMatchObject({ code: 'invalidQuery' });
});

test(`indexes ${TERMS_MAX} terms of a person, each of at most ${TERM_LENGTH_MAX} characters`, async () => {
  const words = Array.from({ length: TERMS_MAX }, (_, index) => `limit${String(index).padStart(2, '0')}`);
  const long = 'l'.repeat(TERM_LENGTH_MAX);
  await addPerson(directory, {
    userName: 'limited',
    displayName: words.slice(0, -1).join(' '),
    nickName: `${long}extra`,
  });
  expect((await search(directory, { search: words[TERMS_MAX - 2] ?? '' })).total).toBe(1);
  // The userName is term 64, and the nickName is term 65.
  expect((await search(directory, { search: 'limited' })).total).toBe(1);
  expect((await search(directory, { search: long })).total).toBe(0);
  await addPerson(directory, { userName: 'long', displayName: `${long}extra` });
  expect(namesOn(await search(directory, { search: `${long}other` }))).toEqual(['long']);
});

test(`indexes ${TERMS_BYTES_MAX} bytes of terms of a person, and a part of a run that is too long`, async () => {
  const words = Array.from({ length: 30 }, (_, index) => `bytes${String(index).padStart(2, '0')}`.padEnd(49, 'x'));
  expect(words.join('\n').length + 1).toBe(TERMS_BYTES_MAX);
  await addPerson(directory, { userName: 'overbytes', displayName: words.join(' ') });
  expect((await search(directory, { search: words[29] ?? '' })).total).toBe(1);
  expect((await search(directory, { search: 'overbytes' })).total).toBe(0);
  const run = Array.from({ length: TERMS_MAX + 6 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
  await addPerson(directory, { userName: 'run', displayName: run });
  expect((await search(directory, { search: run.slice(58, 60) })).total).toBe(1);
  expect((await search(directory, { search: run.slice(68) })).total).toBe(0);
});

test(`sorts and filters by the first ${KEY_LENGTH_MAX} characters of a department`, async () => {
  const department = 'd'.repeat(KEY_LENGTH_MAX);
  for (const [userName, tail] of [
    ['dept1', ''],
    ['dept2', 'x'],
  ] as const) {
    await addPerson(directory, { userName, [ENTERPRISE_USER_SCHEMA]: { department: department + tail } });
  }
  expect(namesOn(await search(directory, { department }))).toEqual(['dept1', 'dept2']);
  expect(namesOn(await search(directory, { department: department.slice(1) }))).toEqual([]);
});

const alphabet = ['a', 'ä', 'B', 'ß', '1', '.', '-', '@', ' ', '小', '明', 'ア'];
const texts = fc
  .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 8 })
  .map((characters) => characters.join(''));

/** Compares a person with words as a reader would: without an index, value by value. */
function matchesNaively(values: readonly string[], words: string): boolean {
  const plain = (text: string) => fold(text.normalize('NFKC')).normalize('NFD').replaceAll(/\p{M}/gu, '');
  const isEast = (character: string) => /[小明ア]/u.test(character);
  const trim = (token: string) => token.replaceAll(/^[.@-]+|[.@-]+$/g, '');
  const tokens = values.flatMap((value) => plain(value).split(' ')).map(trim);
  const starts = tokens.flatMap((token) => {
    if (/^[\d.@-]*$/.test(token)) {
      const groups = token.match(/\d+/g) ?? [];
      return groups.map((_, index) => groups.slice(index).join(''));
    }
    const characters = Array.from(token);
    return characters.flatMap((character, index) => {
      const before = characters[index - 1] ?? '.';
      const isStart = /[\p{L}\p{N}]/u.test(character) && !isEast(character) && (/[.@-]/.test(before) || isEast(before));
      return isStart ? [characters.slice(index).join('')] : [];
    });
  });
  const parts = plain(words)
    .split(' ')
    .map(trim)
    .flatMap((word) =>
      /^[\d.@-]+$/.test(word) ? [word.replaceAll(/\D/g, '')] : (word.match(/[小明ア]+|[^小明ア]+/gu) ?? []),
    )
    .map(trim)
    .filter((part) => part !== '');
  if (parts.length === 0) return words.trim() === '';
  return parts.every((part) =>
    isEast(part) ? tokens.some((token) => token.includes(part)) : starts.some((start) => start.startsWith(part)),
  );
}

test('agrees with a comparison of all values on random people and words', async () => {
  await using own = await openTestDirectory();
  const people = fc.sample(fc.record({ displayName: texts, title: texts, nickName: texts }), { numRuns: 80, seed: 7 });
  for (const [index, values] of people.entries()) {
    // Half of the people are in the index. On SQLite, the others are not yet.
    if (index === 40) await indexPeople(own.deps);
    await addPerson(own, { userName: `u${index}`, ...values });
  }
  const words = fc.sample(
    fc
      .array(
        texts.map((text) => text.slice(0, 3)),
        { minLength: 1, maxLength: 2 },
      )
      .map((all) => all.join(' ')),
    {
      numRuns: 150,
      seed: 8,
    },
  );
  for (const one of words) {
    const expected = people.flatMap((values, index) =>
      matchesNaively([...Object.values(values), `u${index}`], one) ? [`u${index}`] : [],
    );
    // 30 is more than the people who are not in the index yet, and less than those who have a frequent word.
    for (const candidatesMax of [undefined, 30, 0]) {
      const page = await search(own, { search: one, sort: 'userName' }, candidatesMax);
      expect({ one, names: namesOn(page), total: page.total }).toEqual({
        one,
        names: expected.toSorted(compareCodePoints),
        total: expected.length,
      });
    }
  }
  expect(await allNames(own, { search: 'u', limit: 7, sort: 'userName' })).toHaveLength(80);
});

test('finds a person by either form of an apostrophe', async () => {
  await using directory = await openTestDirectory();
  await addPerson(directory, { userName: 'a', displayName: 'Ann O’Neill' });
  await addPerson(directory, { userName: 'b', displayName: "Bob O'Neill" });
  await addPerson(directory, { userName: 'c', displayName: 'Cleo Oʼneill' });
  for (const text of ["O'Neill", 'O’Neill', 'o‘nei', 'Oʻn']) {
    for (const candidatesMax of [0, undefined]) {
      expect(await allNames(directory, { search: text, sort: 'userName' }, candidatesMax), text).toEqual([
        'a',
        'b',
        'c',
      ]);
    }
  }
});

test('finds no person for a search without a letter or a digit, and all people for spaces', async () => {
  await using directory = await openTestDirectory();
  await addPerson(directory, { userName: 'a', displayName: 'Ann 😀' });
  for (const text of ['...', '😀', '’', ' - ']) {
    for (const presence of ['present', 'refused'] as const) {
      expect(await search(directory, { search: text, presence }), text).toMatchObject({ total: 0, results: [] });
    }
  }
  expect(await search(directory, { search: '  ' })).toMatchObject({ total: 1 });
});
