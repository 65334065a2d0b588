import { expect, test } from 'vitest';
import { proposedIn, rulesPath } from '../../data/rules-path.ts';
import { en } from '../../words/en.ts';
import { knownProposals } from './rule-sections.ts';

const proposals = (search: string) => knownProposals(proposedIn(new URLSearchParams(search)), en.sources.rules.rule);

test('a link proposes the values of rules', () => {
  const path = rulesPath('s', [
    { rule: 'emailUnique', value: 'off' },
    { rule: 'email', value: 'optional' },
  ]);
  expect(path).toMatch(/^\/sources\/s\/rules\?rule=emailUnique&/);
  expect(proposals(path.slice(path.indexOf('?')))).toEqual({ emailUnique: false, email: 'optional' });
  expect(rulesPath('s', [])).toBe('/sources/s/rules');
});

test.for([
  ['no proposal', ''],
  ['a rule that does not exist', 'propose=mail:optional'],
  ['a property of every object', 'propose=constructor:name'],
  ['a value that the rule does not have', 'propose=email:never'],
  ['a rule without a value', 'propose=email'],
] as const)('a link with %s proposes nothing', ([, search]) => {
  expect(proposals(search)).toEqual({});
});
