import { must, type Check, type Section } from '../check.ts';
import { expectError, expectIds, expectThat, read, readText, textOf } from '../expect.ts';
import type { PersonName } from '../people.ts';
import { finds } from './finds.ts';

const user = (mark: string, name: PersonName): string => `userName eq "${mark}-person-${name}"`;
const mail = (mark: string, local: string, place: string): string => `${local}@${place}.${mark}.example`;

export const filterLogicSection: Section = {
  source: 'RFC 7644 §3.4.2.2, figure 1',
  title: 'Logic and grouping in filters',
  needs: ['filter'],
  checks: [
    finds(
      'and',
      'and finds those whom both sides match.',
      ({ filter, mark }) => `${filter} and title co "${mark} engineer" and name.familyName eq "${mark}Meier"`,
      ['alpha'],
      'User.title',
      'User.name',
    ),
    finds(
      'or',
      'or finds those whom either side matches.',
      ({ mark }) => `${user(mark, 'alpha')} or ${user(mark, 'delta')}`,
      ['alpha', 'delta'],
    ),
    finds(
      'not',
      'not finds those whom the filter in parentheses does not match.',
      ({ filter, mark }) => `${filter} and not (${user(mark, 'alpha')})`,
      ['bravo', 'charlie', 'delta', 'echo'],
    ),
    finds(
      'not-present',
      'not with pr finds those who have no value.',
      ({ filter }) => `${filter} and not (nickName pr)`,
      ['bravo', 'echo'],
      'User.nickName',
    ),
    finds(
      'precedence',
      'and binds more tightly than or.',
      ({ mark }) => `${user(mark, 'alpha')} or ${user(mark, 'bravo')} and ${user(mark, 'charlie')}`,
      ['alpha'],
    ),
    finds(
      'precedence-left',
      'and binds more tightly than or, also when the and comes first.',
      ({ mark }) => `${user(mark, 'bravo')} and ${user(mark, 'charlie')} or ${user(mark, 'alpha')}`,
      ['alpha'],
    ),
    finds(
      'precedence-not',
      'not binds more tightly than and.',
      ({ mark }) => `not (${user(mark, 'alpha')}) and ${user(mark, 'bravo')}`,
      ['bravo'],
    ),
    finds(
      'parentheses',
      'Parentheses change the order in which and and or are taken.',
      ({ mark, filter }) =>
        `(${user(mark, 'alpha')} or ${user(mark, 'bravo')}) and ${filter} and title sw "${mark} e" and not (title sw "${mark} p")`,
      ['alpha', 'bravo'],
      'User.title',
    ),
    finds(
      'nested-parentheses',
      'Parentheses may stand within parentheses.',
      ({ mark }) => `((${user(mark, 'alpha')}) or ((${user(mark, 'echo')})))`,
      ['alpha', 'echo'],
    ),
    finds(
      'not-or',
      'not holds for the whole of its parentheses.',
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
    finds(
      'any-value',
      'A multi-valued attribute matches when any of its values does.',
      ({ mark }) => `emails.value eq "${mail(mark, 'a', 'home')}"`,
      ['alpha'],
    ),
    finds(
      'default-value',
      'A complex multi-valued attribute without a sub-attribute means its value.',
      ({ mark }) => `emails co "@home.${mark}"`,
      ['alpha', 'charlie'],
    ),
    finds(
      'value-path',
      'Conditions in brackets match a value that fulfills all of them.',
      ({ mark }) => `emails[type eq "work" and value eq "${mail(mark, 'm3', 'work')}"]`,
      ['alpha'],
    ),
    finds(
      'value-path-same-value',
      'Conditions in brackets do not match when different values fulfill them.',
      ({ mark }) => `emails[type eq "work" and value eq "${mail(mark, 'a', 'home')}"]`,
      [],
    ),
    finds(
      'no-value-path',
      'Conditions without brackets may each hold for another value.',
      ({ mark }) => `emails.type eq "work" and emails.value eq "${mail(mark, 'a', 'home')}"`,
      ['alpha'],
    ),
    finds(
      'value-path-or',
      'or works within the brackets of a value path.',
      ({ mark }) => `emails[value eq "${mail(mark, 'a', 'home')}" or value eq "${mail(mark, 'm1', 'work')}"]`,
      ['alpha', 'bravo'],
    ),
    finds(
      'value-path-not',
      'not works within the brackets of a value path.',
      ({ filter }) => `${filter} and emails[not (type eq "work")]`,
      ['alpha', 'charlie'],
    ),
    finds(
      'value-path-boolean',
      'Booleans work within the brackets of a value path.',
      ({ mark }) => `emails[primary eq true and value co "work.${mark}"]`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    finds(
      'value-path-and',
      'A value path is combined with other conditions.',
      ({ mark, filter }) => `${filter} and emails[type eq "home"] and title co "${mark} eng"`,
      ['alpha'],
      'User.title',
    ),
    finds(
      'value-path-case',
      'Case does not matter for names and operators within brackets.',
      ({ mark }) => `EMAILS[TYPE EQ "WORK" AND VALUE SW "m1@work.${mark}"]`,
      ['bravo'],
    ),
    must(
      'filter.members',
      'Groups are found by a member.',
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
      'Users are found by their manager.',
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
    finds(
      'date-ge',
      'A time is compared as a time: ge with the first creation finds all.',
      ({ filter, all }) => `${filter} and meta.created ge "${textOf(read(all[0]?.answered, 'meta', 'created'))}"`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    finds(
      'date-lt',
      'A time is compared as a time: lt with the first creation finds nobody.',
      ({ filter, all }) => `${filter} and meta.created lt "${textOf(read(all[0]?.answered, 'meta', 'created'))}"`,
      [],
    ),
    finds(
      'date-zone',
      'A time in another time zone is the same time.',
      ({ filter, person }) => {
        const created = new Date(textOf(read(person('alpha').answered, 'meta', 'created')));
        const shifted = new Date(created.getTime() + 2 * 60 * 60 * 1000).toISOString().replace('Z', '+02:00');
        return `${filter} and meta.created eq "${shifted}" and userName co "alpha"`;
      },
      ['alpha'],
    ),
    finds(
      'date-modified',
      'meta.lastModified can be filtered by.',
      ({ filter }) => `${filter} and meta.lastModified gt "2001-01-01T00:00:00Z"`,
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
    ),
    finds(
      'resource-type',
      'meta.resourceType can be filtered by.',
      ({ filter }) => `${filter} and meta.resourceType eq "Group"`,
      [],
    ),
  ],
};

function refuses(id: string, requirement: string, filter: string): Check {
  return must(`filter.${id}`, requirement, async ({ scim }) => {
    expectError(await scim.list('/Users', { filter }), [400], ['invalidFilter']);
  });
}

export const invalidFiltersSection: Section = {
  source: 'RFC 7644 §3.12, invalidFilter',
  title: 'Filters that cannot be read',
  needs: ['filter'],
  checks: [
    refuses(
      'unknown-operator',
      'An operator that does not exist is refused with invalidFilter, not ignored.',
      'userName is "x"',
    ),
    refuses('no-value', 'A comparison without a value is refused.', 'userName eq'),
    refuses('no-operator', 'An attribute without an operator is refused with invalidFilter.', 'userName'),
    refuses('unquoted', 'A text without quotes is refused.', 'userName eq bjensen'),
    refuses('open-quote', 'A quote that is never closed is refused.', 'userName eq "x'),
    refuses('open-parenthesis', 'A parenthesis that is never closed is refused.', '(userName eq "x"'),
    refuses('open-bracket', 'A bracket that is never closed is refused.', 'emails[type eq "work"'),
    refuses('dangling', 'A filter that ends with and is refused.', 'userName eq "x" and'),
    refuses('not-parentheses', 'not without parentheses is refused with invalidFilter.', 'not userName eq "x"'),
    refuses('boolean-order', 'Booleans have no order: gt is refused.', 'active gt true'),
    must(
      'filter.unknown-attribute',
      'An attribute that does not exist is refused or matches nobody, and is never ignored.',
      async ({ scim, people }) => {
        const { filter } = await people();
        const answer = await scim.list('/Users', { filter: `${filter} and noSuchAttribute eq "x"` });
        if (answer.status === 200) expectIds(answer, []);
        else expectError(answer, [400], ['invalidFilter']);
      },
    ),
    must(
      'filter.errors-are-scim',
      'The refusal is an error message, with a text that explains it.',
      async ({ scim }) => {
        const answer = await scim.list('/Users', { filter: 'userName eq "x" xor userName eq "y"' });
        expectError(answer, [400]);
        expectThat(read(answer.body, 'detail') !== undefined, 'detail', 'a text', undefined);
      },
    ),
  ],
};
