import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote, type AppError } from '#base/errors.ts';
import { errorTable } from '#base/error-table.ts';
import { isObject } from '#base/json.ts';
import { explainEmptySearch, emptySearchText } from '#directory/event-search-explained.ts';
import { findUsersByAnyName } from '#directory/named-user-store.ts';
import { readText } from '#directory/attribute-contract.ts';
import { RESTORABLE_DAYS, type StoredUser } from '#directory/stored.ts';
import { DetailedError } from './command-failure.ts';
import { table } from './output.ts';
import type { Session } from './session.ts';

/** What commands that name a user take. */
export const USER_NAMES = 'id, userName, username, e-mail, displayName or externalId';

/** The user with a name. Throws notFound that says what was refused or deleted, and usage if several have the name. */
export async function namedUser(session: Session, name: string): Promise<StoredUser> {
  const { deps, organization } = session;
  const { active, deleted } = await findUsersByAnyName(deps.database, organization.id, name);
  const [found, another] = active;
  if (found === undefined) throw deleted[0] === undefined ? await absent(session, name) : wasDeleted(name, deleted[0]);
  if (another === undefined) return found;
  const matches = active.map((user) => ({
    id: user.id,
    userName: user.userName,
    email: user.email,
    displayName: readText(user.document, ['displayName']) ?? null,
  }));
  const listed = table(matches, ['id', 'userName', 'email', 'displayName']);
  throw new DetailedError('usage', `Several users are called ${quote(name)}: name one by its id.\n${listed}`, {
    matches,
  });
}

function wasDeleted(name: string, { id, userName, deletedAt }: StoredUser): AppError {
  const at = deletedAt ?? new Date(0);
  const until = new Date(at.getTime() + RESTORABLE_DAYS * DAY_MS);
  const text = [
    `There is no user ${quote(name)}: ${quote(userName)} (${id}) was deleted at ${at.toISOString()}.`,
    `It can be restored until ${until.toISOString()}: tanhua user restore ${id}`,
    allEvents(id),
  ];
  const details = { deleted: { id, userName, deletedAt: at.toISOString(), restorableUntil: until.toISOString() } };
  return new DetailedError('notFound', text.join('\n'), details);
}

/** Says why there is no user: what was refused last and how to correct it, or what was searched. */
async function absent(session: Session, name: string): Promise<AppError> {
  const { deps, organization } = session;
  const head = `There is no user ${quote(name)} in ${quote(organization.name)}.`;
  const question = { organizationId: organization.id, target: name, refusedOnly: true, limit: 10 };
  const refusals = await listEvents(deps.database, question);
  const refusal = refusals.find(({ resource }) => isObject(resource) && resource['type'] === 'user');
  if (refusal !== undefined) {
    return new DetailedError('notFound', `${head}\n${refusalText(refusal)}\n${allEvents(name)}`, { refusal });
  }
  const others = await listEvents(deps.database, { ...question, refusedOnly: false, limit: 1 });
  if (others[0] !== undefined) {
    const { event_type: type, timestamp } = others[0];
    const text = `The last event about it is ${String(type)} at ${String(timestamp)}.`;
    return new DetailedError('notFound', `${head}\n${text}\n${allEvents(name)}`, { event: others[0] });
  }
  const explained = await explainEmptySearch(deps, organization, { target: name });
  return new DetailedError('notFound', `${head}\n${emptySearchText(explained)}`, { ...explained });
}

function allEvents(name: string): string {
  return `See all events about it: tanhua event list --target ${JSON.stringify(name)}`;
}

function refusalText(event: Record<string, unknown>): string {
  const code = String(event['error_code']);
  const method = isObject(event['request']) ? event['request']['method'] : undefined;
  const request = typeof method === 'string' ? `${method} ` : '';
  const definition = Object.entries(errorTable).find(([known]) => known === code)?.[1];
  return [
    `Its last ${request}request was refused at ${String(event['timestamp'])} (${code}): ${String(event['error_message'])}`,
    // A message with a reason has the advice for its value.
    ...(definition === undefined || event['reason'] !== undefined ? [] : [`What to do: ${definition.remedy}`]),
  ].join('\n');
}
