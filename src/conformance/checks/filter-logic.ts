import { must, type Check, type Section } from '../check.ts';
import { expectError, expectIds, expectThat, read, readText, textOf } from '../expect.ts';
import type { PersonName } from '../people.ts';
import { filterCheck } from './filter-check.ts';

const user = (mark: string, name: PersonName): string => `userName eq "${mark}-person-${name}"`;
const mail = (mark: string, local: string, place: string): string => `${local}@${place}.${mark}.example`;

export const filterLogicSection: Section = {
  source: 'RFC 7644 §3.4.2.2, figure 1',
  title: 'Logic and grouping in filters',
  needs: ['filter'],
  checks: [
    filterCheck(
      'and',
      'and matches if both expressions match.',
      ({ filter, mark }) => `${filter} and title co "${mark} engineer" and name.familyName eq "${mark}Meier"`,
      ['alpha'],
      'User.title',
      'User.name',
    ),
    filterCheck(
      'or',
      'or matches if either expression matches.',
      ({ mark }) => `${user(mark, 'alpha')} or ${user(mark, 'delta')}`,
      ['alpha', 'delta'],
    ),
    filterCheck(
      'not',
      'not matches if the expression in parentheses does not match.',
      ({ filter, mark }) => `${filter} and not (${user(mark, 'alpha')})`,
      ['bravo', 'charlie', 'delta', 'echo'],
    ),
    filterCheck(
      'not-present',
      'not with pr matches users without a value.',
      ({ filter }) => `${filter} and not (nickName pr)`,
      ['bravo', 'echo'],
      'User.nickName',
    ),
    filterCheck(
      'precedence',
      'and binds more tightly than or.',
      ({ mark }) => `${user(mark, 'alpha')} or ${user(mark, 'bravo')} and ${user(mark, 'charlie')}`,
      ['alpha'],
    ),
    filterCheck(
      'precedence-left',
      'and binds more tightly than or, also if and comes first.',
      ({ mark }) => `${user(mark, 'bravo')} and ${user(mark, 'charlie')} or ${user(mark, 'alpha')}`,
      ['alpha'],
    ),
    filterCheck(
      'precedence-not',
      'not binds more tightly than and.',
      ({ mark }) => `not (${user(mark, 'alpha')}) and ${user(mark, 'bravo')}`,
      ['bravo'],
    ),
    filterCheck(
      'parentheses',
      'Parentheses override the precedence of "and" over "or".',
      ({ mark, filter }) =>
        `(${user(mark, 'alpha')} or ${user(mark, 'bravo')}) and ${filter} and title sw "${mark} e" and not (title sw "${mark} p")`,
      ['alpha', 'bravo'],
      'User.title',
    ),
    filterCheck(
      'nested-parentheses',
      'Parentheses may contain parentheses.',
      ({ mark }) => `((${user(mark, 'alpha')}) or ((${user(mark, 'echo')})))`,
      ['alpha', 'echo'],
    ),
    filterCheck(
      'not-or',
      'not applies to the whole expression in its parentheses.',
      ({ filter, mark }) => `${filter} and not (${user(mark, 'alpha')} or ${user(mark, 'bravo')})`,
      ['charlie', 'delta', 'echo'],
    ),
  ],
};

export const valuePathsSection: Section = {
  source: 'RFC 7644 §3.4.2.2, value paths',
  title: 'Filters on multi-valued attributes',
  needs: ['filter', 'User.emails'],
  checks: [
    filterCheck(
      'any-value',
      'A filter on a multi-valued attribute matches if any of its values matches.',
      ({ mark }) => `emails.value eq "${mail(mark, 'a', 'home')}"`,
      ['alpha'],
    ),
    filterCheck(
      'default-value',
      'A filter on a complex multi-valued attribute without a sub-attribute compares value.',
      ({ mark }) => `emails co "@home.${mark}"`,
      ['alpha', 'charlie'],
    ),
    filterCheck(
      'value-path',
      'Conditions in brackets match if one value meets all of them.',
      ({ mark }) => `emails[type eq "work" and value eq "${mail(mark, 'm3', 'work')}"]`,
      ['alpha'],
    ),
    filterCheck(
      'value-path-same-value',
      'Conditions in brackets do not match if different values meet them.',
      ({ mark }) => `emails[type eq "work" and value eq "${mail(mark, 'a', 'home')}"]`,
      [],
    ),
    filterCheck(
      'no-value-path',
      'Conditions without brackets match even if different values meet them.',
      ({ mark }) => `emails.type eq "work" and emails.value eq "${mail(mark, 'a', 'home')}"`,
      ['alpha'],
    ),
    filterCheck(
      'value-path-or',
      'or works within the brackets of a value path.',
      ({ mark }) => `emails[value eq "${mail(mark, 'a', 'home')}" or value eq "${mail(mark, 'm1', 'work')}"]`,
      ['alpha', 'bravo'],
    ),
    filterCheck(
      'value-path-not',
      'not works within the brackets of a value path.',
      ({ filter }) => `${filter} and emails[not (type eq "work")]`,
      ['alpha', 'charlie'],
    ),
    filterCheck(
      'value-path-boolean',
      'Booleans work within the brackets of a value path.',
      ({ mark }) => `emails[primary eq true and value co "work.${mark}"]`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    filterCheck(
      'value-path-and',
      'A value path can be combined with other conditions.',
      ({ mark, filter }) => `${filter} and emails[type eq "home"] and title co "${mark} eng"`,
      ['alpha'],
      'User.title',
    ),
    filterCheck(
      'value-path-case',
      'Names and operators within brackets are case-insensitive.',
      ({ mark }) => `EMAILS[TYPE EQ "WORK" AND VALUE SW "m1@work.${mark}"]`,
      ['bravo'],
    ),
    must(
      'filter.members',
      'A filter can find groups by a member.',
      async ({ scim, newUser, newGroup }) => {
        const id = readText(await newUser(), 'id');
        const groupId = readText(await newGroup({ members: [{ value: id }] }), 'id');
        await newGroup();
        for (const filter of [`members.value eq "${id}"`, `members[value eq "${id}"]`, `members eq "${id}"`]) {
          expectIds(await scim.list('/Groups', { filter }), [groupId]);
        }
      },
      'groups',
    ),
    must(
      'filter.manager',
      'A filter can find users by their manager.',
      async ({ scim, newUser }) => {
        const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
        const managerId = readText(await newUser(), 'id');
        const report = await newUser({ [urn]: { manager: { value: managerId } } });
        expectIds(await scim.list('/Users', { filter: `${urn}:manager.value eq "${managerId}"` }), [
          readText(report, 'id'),
        ]);
      },
      'enterprise',
    ),
  ],
};

export const filterDatesSection: Section = {
  source: 'RFC 7644 §3.4.2.2, table 3',
  title: 'Filters on times and on meta',
  needs: ['filter'],
  checks: [
    filterCheck(
      'date-ge',
      'Times are compared chronologically: ge with the earliest creation matches all users.',
      ({ filter, all }) => `${filter} and meta.created ge "${textOf(read(all[0]?.answered, 'meta', 'created'))}"`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    filterCheck(
      'date-lt',
      'Times are compared chronologically: lt with the earliest creation matches no users.',
      ({ filter, all }) => `${filter} and meta.created lt "${textOf(read(all[0]?.answered, 'meta', 'created'))}"`,
      [],
    ),
    filterCheck(
      'date-zone',
      'Times in different time zones are equal if they are the same instant.',
      ({ filter, person }) => {
        const created = new Date(textOf(read(person('alpha').answered, 'meta', 'created')));
        const shifted = new Date(created.getTime() + 2 * 60 * 60 * 1000).toISOString().replace('Z', '+02:00');
        return `${filter} and meta.created eq "${shifted}" and userName co "alpha"`;
      },
      ['alpha'],
    ),
    filterCheck(
      'date-modified',
      'A filter can compare meta.lastModified.',
      ({ filter }) => `${filter} and meta.lastModified gt "2001-01-01T00:00:00Z"`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    filterCheck(
      'resource-type',
      'A filter can compare meta.resourceType.',
      ({ filter }) => `${filter} and meta.resourceType eq "Group"`,
      [],
    ),
  ],
};

function refusalCheck(id: string, requirement: string, filter: string): Check {
  return must(`filter.${id}`, requirement, async ({ scim }) => {
    expectError(await scim.list('/Users', { filter }), [400], ['invalidFilter']);
  });
}

export const invalidFiltersSection: Section = {
  source: 'RFC 7644 §3.12, invalidFilter',
  title: 'Invalid filters',
  needs: ['filter'],
  checks: [
    refusalCheck(
      'unknown-operator',
      'An unknown operator is refused with invalidFilter, not ignored.',
      'userName is "x"',
    ),
    refusalCheck('no-value', 'A comparison without a value is refused with invalidFilter.', 'userName eq'),
    refusalCheck('no-operator', 'An attribute without an operator is refused with invalidFilter.', 'userName'),
    refusalCheck('unquoted', 'A string without quotes is refused with invalidFilter.', 'userName eq bjensen'),
    refusalCheck('open-quote', 'An unclosed quote is refused with invalidFilter.', 'userName eq "x'),
    refusalCheck('open-parenthesis', 'An unclosed parenthesis is refused with invalidFilter.', '(userName eq "x"'),
    refusalCheck('open-bracket', 'An unclosed bracket is refused with invalidFilter.', 'emails[type eq "work"'),
    refusalCheck(
      'dangling',
      'A filter that ends with the word "and" is refused with invalidFilter.',
      'userName eq "x" and',
    ),
    refusalCheck('not-parentheses', 'not without parentheses is refused with invalidFilter.', 'not userName eq "x"'),
    refusalCheck(
      'boolean-order',
      'gt on a boolean is refused with invalidFilter, because booleans have no order.',
      'active gt true',
    ),
    must(
      'filter.unknown-attribute',
      'A condition on an unknown attribute is refused or matches no users, but is never ignored.',
      async ({ scim, people }) => {
        const { filter } = await people();
        const answer = await scim.list('/Users', { filter: `${filter} and noSuchAttribute eq "x"` });
        if (answer.status === 200) expectIds(answer, []);
        else expectError(answer, [400], ['invalidFilter']);
      },
    ),
    must(
      'filter.errors-are-scim',
      'The refusal of a filter is a SCIM error message with a detail.',
      async ({ scim }) => {
        const answer = await scim.list('/Users', { filter: 'userName eq "x" xor userName eq "y"' });
        expectError(answer, [400]);
        expectThat(read(answer.body, 'detail') !== undefined, 'detail', 'a text', undefined);
      },
    ),
  ],
};
