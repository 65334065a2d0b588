import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote, type AppError } from '#base/errors.ts';
import { errorTable } from '#base/error-table.ts';
import { isObject } from '#base/json.ts';
import { explainEmptySearch, emptySearchText } from '#directory/empty-event-search.ts';
import { findUsersByAnyName } from '#directory/named-user-store.ts';
import { readText } from '#directory/attribute-contract.ts';
import { RESTORABLE_DAYS, type StoredUser } from '#directory/stored.ts';
import { DetailedError } from './command-failure.ts';
import { table } from './output.ts';
import type { Session } from './session.ts';

/** The description of an argument that names a user. */
export const USER_NAMES = 'id, userName, username, email, displayName or externalId';

/**
 * Returns the active user with a name, which can be any of `USER_NAMES`. Throws `notFound` with the deletion, the last refused request or
 * the last event about the name. Throws `usage` with all matches if several users have the name.
 */
export async function namedUser(session: Session, name: string): Promise<StoredUser> {
  const { deps, organization } = session;
  const { active, deleted } = await findUsersByAnyName(deps.database, organization.id, name);
  const [found, second] = active;
  if (found === undefined)
    throw deleted[0] === undefined ? await userNotFound(session, name) : userWasDeleted(name, deleted[0]);
  if (second === undefined) return found;
  const matches = active.map((user) => ({
    id: user.id,
    userName: user.userName,
    email: user.email,
    displayName: readText(user.document, ['displayName']) ?? null,
  }));
  const listed = table(matches, ['id', 'userName', 'email', 'displayName']);
  throw new DetailedError('usage', `Several users are called ${quote(name)}: give the id of one of them.\n${listed}`, {
    matches,
  });
}

function userWasDeleted(name: string, { id, userName, deletedAt }: StoredUser): AppError {
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

/**
 * Returns the error for a user that never existed. It contains the last refused request and its remedy, or else the last event about
 * the name, or else what was searched.
 */
async function userNotFound(session: Session, name: string): Promise<AppError> {
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
    // Leaves out the general advice if the event has a reason, because the message then already contains specific advice.
    ...(definition === undefined || event['reason'] !== undefined ? [] : [`What to do: ${definition.remedy}`]),
  ].join('\n');
}
