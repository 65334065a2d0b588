import { Command } from 'commander';
import { listEvents } from '#audit/event-store.ts';
import { assert, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { attributeContract, managerPath, readText } from '#directory/attribute-contract.ts';
import type { StoredUser } from '#directory/stored.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { findUser } from '#directory/user-store.ts';
import { withoutSecrets } from '#scim/resource/secret-values.ts';
import { isStandardUrn } from '#scim/schema/resource-schema.ts';
import { namedUser, USER_NAMES } from '../named-user.ts';
import { mailResult } from '../mail-result.ts';
import { print, properties, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';

/** The number of events that `user show` lists. */
const EVENTS_SHOWN = 10;

/** The fields that `user show` prints as text. With --json it prints all fields. */
const shownFields = [
  '_id',
  'username',
  'email',
  ...attributeContract.map(({ property }) => property),
  'state',
  'active',
  'passwordStatus',
  'password_expired',
  'account_locked',
  'adoptionUnconfirmed',
  'creationSource',
  'created',
  'lastModified',
];

export function userShowCommand(): Command {
  return new Command('show')
    .argument('<user>', USER_NAMES)
    .description(
      'Show a user with its last events. If there is no such user, show the refused request or the deletion.',
    )
    .option('--json', 'print JSON')
    .action(show);
}

async function show(name: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const user = await namedUser(session, name);
  const shown = await shownUser(session, user);
  const events = await listEvents(deps.database, {
    organizationId: organization.id,
    target: user.id,
    limit: EVENTS_SHOWN,
  });
  const document = withoutSecrets(deps.schemas.User, user.document);
  const awaited = await awaitedManager(session, user);
  const text = properties({
    ...Object.fromEntries(shownFields.flatMap((field) => (field in shown ? [[field, shown[field]]] : []))),
    ...(awaited === undefined
      ? {}
      : { manager: `${awaited} (awaited: no user has this id, externalId or userName yet)` }),
    ...customAttributes(session, document),
  });
  const json = { ...shown, ...(awaited !== undefined && { awaitedManager: awaited }), scim: document, events };
  print(options, json, `${text}\n\n${eventLines(events)}`);
}

/** Returns the user in the form of the REST API, so that the command and the API always show the same values. */
export async function shownUser({ deps, organization }: Session, user: StoredUser): Promise<JsonObject> {
  const [shown] = await showSystemUsers(deps, organization.id, [user]);
  assert(shown, 'one user is shown');
  return shown;
}

/** Returns the value of `manager` if that user is not in the directory yet. Resolves with undefined otherwise. */
async function awaitedManager({ deps, organization }: Session, user: StoredUser): Promise<string | undefined> {
  const manager = readText(user.document, managerPath);
  if (manager === undefined) return undefined;
  return (await findUser(deps.database, organization.id, manager)) === undefined ? manager : undefined;
}

/** Returns the values of custom schemas, by the full names of the attributes. */
function customAttributes({ deps }: Session, document: JsonObject): Readonly<Record<string, JsonValue>> {
  const own = [...deps.schemas.User.extensions.values()].map(({ urn }) => urn).filter((urn) => !isStandardUrn(urn));
  return Object.fromEntries(
    own.flatMap((urn) => {
      const values = document[urn];
      return isObject(values) ? Object.entries(values).map(([name, value]) => [`${urn}:${name}`, value]) : [];
    }),
  );
}

function eventLines(events: readonly Record<string, unknown>[]): string {
  return events
    .map((event) => {
      const code = event['error_code'];
      const mail = mailResult(event);
      return [
        event['timestamp'],
        event['event_type'],
        ...(code === undefined ? [] : [code, quote(event['error_message'])]),
        ...(mail === '' ? [] : [mail]),
      ]
        .map((part) => String(part))
        .join('  ');
    })
    .join('\n');
}
