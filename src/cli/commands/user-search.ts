import { NO_SOURCE } from '#integrations/source-filter.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { requireRefusalCode } from '#base/reasons/refusal-codes.ts';
import { findGroupsByName, findGroup } from '#directory/group-store.ts';
import { listIntegrations } from '#integrations/integration-store.ts';
import {
  passwordStatuses,
  PEOPLE_LIMIT_DEFAULT,
  PEOPLE_LIMIT_MAX,
  peopleSorts,
  userStates,
  type PeoplePage,
  type PeopleQuery,
  type PeopleSort,
} from '#people-search/people-query.ts';
import { searchPeople } from '#people-search/search-people.ts';
import { numberOption } from '../number-option.ts';
import { print, table, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';

interface SearchOptions extends OutputOptions {
  readonly refused?: boolean;
  readonly state?: PeopleQuery['states'];
  readonly passwordStatus?: PeopleQuery['passwordStatus'];
  readonly source?: string;
  readonly group?: string;
  readonly department?: string;
  readonly changedSince?: Date;
  readonly reason?: string;
  readonly sort: PeopleSort;
  readonly descending?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export function userSearchCommand(): Command {
  return new Command('search')
    .argument('[words...]', 'beginnings of words of names, addresses, numbers, titles and departments')
    .description(
      'Search people. All words must match. If no user matches, people whose creation was refused are listed with the reason.',
    )
    .option('--refused', 'list only people who are not in the directory because their creation was refused')
    .option(
      '--reason <code>',
      'only refused people whose last refusal has this code of the error, such as emailRequired, or of the reason, such as emailMissing; with --refused',
    )
    .addOption(new Option('--state <state...>', 'only users in one of these states').choices(userStates))
    .addOption(new Option('--password-status <status>', 'only users with this status').choices(passwordStatuses))
    .option('--source <integration>', `only people of this integration, by name or id; ${NO_SOURCE} for no integration`)
    .option('--group <group>', 'only direct members of this group, by name or id')
    .option('--department <name>', 'only users of this department')
    .option(
      '--changed-since <time>',
      'only people changed or refused since this time, such as 2026-01-31T08:00Z',
      readTime,
    )
    .addOption(new Option('--sort <field>', 'the field to sort by').choices(peopleSorts).default('name'))
    .option('--descending', 'sort in descending order')
    .addOption(
      numberOption('--limit <n>', 'the maximum number of people', { min: 1, max: PEOPLE_LIMIT_MAX }).default(
        PEOPLE_LIMIT_DEFAULT,
      ),
    )
    .option('--cursor <cursor>', 'show the page after this cursor, which the previous page printed')
    .option('--json', 'print JSON')
    .action(searchCommand);
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It must be a time such as 2026-01-31T08:00Z.');
  return time;
}

async function searchCommand(words: readonly string[], options: SearchOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  if (options.reason !== undefined) requireRefusalCode(options.reason);
  const query: PeopleQuery = {
    search: words.join(' '),
    presence: options.refused === true ? 'refused' : 'present',
    states: options.state ?? [],
    passwordStatus: options.passwordStatus,
    source: options.source === undefined ? undefined : await sourceId(session, options.source),
    group: options.group === undefined ? undefined : await groupId(session, options.group),
    department: options.department,
    changedSince: options.changedSince,
    reason: options.reason,
    sort: options.sort,
    descending: options.descending === true,
    cursor: options.cursor,
    skip: 0,
    limit: options.limit,
  };
  const found = await searchPeople(deps, organization.id, query);
  const isElsewhere = found.total === 0 && found.otherTotal > 0 && query.presence === 'present';
  const page = isElsewhere ? await searchPeople(deps, organization.id, { ...query, presence: 'refused' }) : found;
  print(options, page, textOf(page));
}

async function sourceId({ deps, organization }: Session, name: string): Promise<string> {
  if (name === NO_SOURCE) return NO_SOURCE;
  const all = await listIntegrations(deps.database, organization.id);
  const found = all.find((one) => one.id === name) ?? all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found.id;
  throw new AppError('notFound', `There is no integration ${quote(name)}: tanhua integration list shows all of them.`);
}

async function groupId({ deps, organization }: Session, name: string): Promise<string> {
  const byId = await findGroup(deps.database, organization.id, name);
  if (byId !== undefined) return byId.id;
  const [group, ...others] = await findGroupsByName(deps.database, organization.id, name);
  if (group === undefined) {
    throw new AppError('notFound', `There is no group ${quote(name)}: tanhua group list shows all of them.`);
  }
  if (others.length === 0) return group.id;
  throw new AppError(
    'usage',
    `Several groups have the name ${quote(name)}: give the id, which tanhua group list shows.`,
  );
}

function textOf(page: PeoplePage): string {
  return [
    ...(page.results.length === 0 ? [] : [rowsOf(page), '']),
    totalOf(page),
    ...(page.next === null ? [] : [`The next page: --cursor ${page.next}`]),
    ...(page.indexing
      ? [
          'Users are still being indexed after an upgrade or a move: people may be missing. Search again in a few minutes.',
        ]
      : []),
  ].join('\n');
}

function rowsOf(page: PeoplePage): string {
  const rows = page.results.map((person) => ({
    ...person,
    source: person.source && (person.source.name ?? person.source.id),
  }));
  const columns =
    page.presence === 'present'
      ? ['name', 'userName', 'email', 'state', 'passwordStatus', 'source', 'department', 'title']
      : ['name', 'userName', 'email', 'source', 'refusals', 'lastRefused', 'reason'];
  return table(rows, columns);
}

function totalOf({ presence, total, otherTotal }: PeoplePage): string {
  if (presence === 'present') {
    const refused =
      otherTotal === 0 ? '' : ` ${count(otherTotal, 'refused person matches', 'refused people match')}: add --refused.`;
    return `${count(total, 'user matches', 'users match')}.${refused}`;
  }
  const present = otherTotal === 0 ? 'No user matches' : count(otherTotal, 'user matches', 'users match');
  return `${present}. ${count(total, 'person who was refused matches', 'people who were refused match')}.`;
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number} ${many}`;
}
