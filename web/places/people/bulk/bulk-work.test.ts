import { expect, test } from 'vitest';
import { continueRun, isLeft, newRun, sumOf, targetsOf } from './bulk-work.ts';

const picked = (count: number) =>
  new Map(Array.from({ length: count }, (_, index) => [`id${index}`, `Name ${index}`] as const));
const query = { presence: 'present', sort: 'name', order: 'asc', search: 'ann', state: 'SUSPENDED' } as const;

test('a selection of all matches is one query without its order, and leaves out the people that were cleared', () => {
  const selection = { isAll: true, picked: picked(2) };
  expect(targetsOf({ selection, query })).toEqual([
    { query: { search: 'ann', state: 'SUSPENDED' }, except: ['id0', 'id1'] },
  ]);
  expect(targetsOf({ selection: { isAll: true, picked: new Map() }, query })).toEqual([
    { query: { search: 'ann', state: 'SUSPENDED' } },
  ]);
});

test('a selection of more people than a request can name is sent in several requests', () => {
  const targets = targetsOf({ selection: { isAll: false, picked: picked(1_001) }, query });
  expect(targets.map((target) => target.ids?.length)).toEqual([1_000, 1]);
  expect(targets[1]?.ids).toEqual(['id1000']);
});

test('the previews of several requests are added up', () => {
  const people = [{ id: '1', name: 'Ann' }];
  const exempt = [{ reason: 'unchanged', text: '', total: 2, people }];
  const preview = { total: 3, missing: 1, owned: 2, people, exempt };
  expect(sumOf([preview, preview])).toEqual({
    total: 6,
    missing: 2,
    owned: 4,
    people: [...people, ...people],
    exempt: [{ ...exempt[0], total: 4, people: [...people, ...people] }],
  });
});

test('a run continues where an error or a stop left it, and sends the number that is expected only once for a query', async () => {
  const run = newRun([
    { people: { query: {} }, expected: 3 },
    { people: { ids: ['x'] }, expected: 1 },
  ]);
  const sent: object[] = [];
  const result = { id: '1', name: 'Ann', outcome: 'changed', reason: null } as const;
  const answers = [
    { results: [result, result], next: 'second' },
    undefined,
    { results: [result], next: null },
    { results: [result], next: null },
  ];
  const send = async (body: object) => {
    sent.push(body);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('gone');
    return answer;
  };
  const reported: number[] = [];
  const report = (done: number) => reported.push(done);
  await expect(continueRun(run, send, report, () => false)).rejects.toThrow('gone');
  expect(isLeft(run)).toBe(true);
  await continueRun(run, send, report, () => run.at > 0);
  expect([isLeft(run), run.results.length]).toEqual([true, 3]);
  await continueRun(run, send, report, () => false);
  expect([isLeft(run), run.results.length]).toEqual([false, 4]);
  expect(reported).toEqual([2, 3, 4]);
  expect(sent).toMatchObject([{ expected: 3 }, { cursor: 'second' }, { cursor: 'second' }, { people: { ids: ['x'] } }]);
  expect(sent[3]).not.toHaveProperty('expected');
});
