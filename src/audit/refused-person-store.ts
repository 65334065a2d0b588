import { hash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { fold } from '#base/fold.ts';
import { indexedTerms } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { engineOf, isConcurrent } from '#database/engine.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import { EVENT_TEXT_LENGTH_MAX, secretsOf } from './event-body.ts';
import { nameKey } from './event-name-store.ts';
import type { EventDraft, Origin, SentNames } from './event-types.ts';

/** The maximum number of refused people of an organization. Beyond it, those whose last refusal is the oldest are removed. */
export const REFUSED_PEOPLE_MAX = 10_000;

/** The number of hexadecimal digits of the id of a refused person. */
const ID_LENGTH = 24;

/** A refused request to create a person, with the names that it sent. */
export interface RefusedPerson {
  readonly sourceId: string;
  readonly sourceName: string | null;
  /** Identifies the person among those that the source sent: the userName, else the email address, else the externalId, folded. */
  readonly nameKey: string;
  readonly name: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly errorCode: string;
  readonly reasonCode: string | null;
  readonly message: string;
  readonly terms: string;
  readonly initials: number;
  /** The number of refusals to add. */
  readonly refusals: number;
}

/** Returns the person that a refused request wanted to create; undefined for any other request, and for one without a name. */
export function refusedPersonOf(origin: Origin, draft: EventDraft): RefusedPerson | undefined {
  const { error, target, type } = draft;
  const isCreation = type === 'request_refused' && target.type === 'user' && target.id === null;
  if (!isCreation || error === undefined || origin.request?.method !== 'POST') return undefined;
  const { userName, email, externalId, displayName } = storableNames(origin, target.sent);
  const first = (names: readonly string[]) => names[0] ?? null;
  const key = first([...userName, ...email, ...externalId]);
  if (key === null) return undefined;
  const { text, initials } = indexedTerms([...displayName, ...userName, ...email], [], externalId);
  return {
    sourceId: origin.integration?.id ?? '',
    sourceName: origin.integration?.name ?? null,
    nameKey: nameKey(key),
    name: first(displayName),
    userName: first(userName),
    email: first(email),
    externalId: first(externalId),
    errorCode: error.code,
    reasonCode: error.reason?.code ?? null,
    message: error.message,
    terms: text,
    initials,
    refusals: 1,
  };
}

/** Returns names without the characters that a database cannot store. Leaves out keys, tokens and the credential of the request. */
function storableNames(origin: Origin, sent: Partial<SentNames> = {}): SentNames {
  const secrets = secretsOf(origin);
  const storable = (names: readonly string[] = []) =>
    names
      .filter((name) => !secrets.areIn(name))
      .map((name) => name.slice(0, EVENT_TEXT_LENGTH_MAX).replaceAll('\0', '').toWellFormed())
      .filter((name) => name !== '');
  return {
    userName: storable(sent.userName),
    email: storable(sent.email),
    externalId: storable(sent.externalId),
    displayName: storable(sent.displayName),
  };
}

interface PersonRow extends RefusedPerson {
  readonly id: string;
  readonly organizationId: string;
  readonly eventId: string;
  readonly at: number;
  readonly displayNameKey: string | null;
  readonly userNameKey: string | null;
  readonly emailKey: string | null;
}

/** Inserts a person whom no user that is not deleted has the name of. Another refusal of the same source replaces the reason. */
const writePerson = preparedCommand((database, row: PersonRow) => {
  const users = sql`select 1 from users where users.organization_id = ${row.organizationId} and users.deleted_at is null`;
  return database
    .insertInto('refused_people')
    .columns([
      'id',
      'organization_id',
      'source_id',
      'source_name',
      'name',
      'name_key',
      'user_name',
      'user_name_key',
      'email',
      'email_key',
      'external_id',
      'error_code',
      'reason_code',
      'message',
      'event_id',
      'refusals',
      'first_at',
      'last_at',
      'terms',
      'initials',
    ])
    .expression(
      sql`select cast(${row.id} as text), cast(${row.organizationId} as text), cast(${row.sourceId} as text),
        cast(${row.sourceName} as text), cast(${row.name} as text), cast(${row.displayNameKey} as text), cast(${row.userName} as text),
        cast(${row.userNameKey} as text), cast(${row.email} as text), cast(${row.emailKey} as text),
        cast(${row.externalId} as text), cast(${row.errorCode} as text), cast(${row.reasonCode} as text),
        cast(${row.message} as text), cast(${row.eventId} as text), cast(${row.refusals} as bigint),
        cast(${row.at} as bigint), cast(${row.at} as bigint), cast(${row.terms} as text),
        cast(${row.initials} as bigint)
      where not exists (${users} and users.user_name_key = ${row.userNameKey})
        and not exists (${users} and users.external_id = ${row.externalId})
        and not exists (select 1 from user_emails join users on users.id = user_emails.user_id
          where user_emails.organization_id = ${row.organizationId} and user_emails.value_key = ${row.emailKey}
            and users.deleted_at is null)`,
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((expression) => ({
        ...replaced(),
        refusals: expression('refused_people.refusals', '+', expression.ref('excluded.refusals')),
      })),
    );
});

const replacedColumns = [
  'source_name',
  'name',
  'name_key',
  'user_name',
  'user_name_key',
  'email',
  'email_key',
  'external_id',
  'error_code',
  'reason_code',
  'message',
  'event_id',
  'last_at',
  'terms',
  'initials',
] as const;

function replaced() {
  return Object.fromEntries(replacedColumns.map((column) => [column, sql.ref<never>(`excluded.${column}`)]));
}

const trimPeople = preparedCommand((database, { organizationId, max }: { organizationId: string; max: number }) => {
  return database
    .deleteFrom('refused_people')
    .where('organization_id', '=', organizationId)
    .where(
      sql<boolean>`(last_at, id) <= (select last_at, id from refused_people
        where organization_id = ${organizationId} order by organization_id desc, last_at desc, id desc
        limit 1 offset ${max})`,
    );
});

/**
 * Records a person who is not in the directory because the request to create the person was refused. Does nothing if a user has the
 * userName, the email address, or the externalId. Call it in the transaction of the event.
 */
export async function recordRefusedPerson(
  database: Database,
  organizationId: string,
  person: RefusedPerson,
  event: { readonly id: string; readonly at: Date },
  max = REFUSED_PEOPLE_MAX,
): Promise<void> {
  await writePerson(database, {
    ...person,
    id: hash('sha256', JSON.stringify([organizationId, person.sourceId, person.nameKey])).slice(0, ID_LENGTH),
    organizationId,
    eventId: event.id,
    at: event.at.getTime(),
    displayNameKey: person.name === null ? null : fold(person.name),
    userNameKey: person.userName === null ? null : fold(person.userName),
    emailKey: person.email === null ? null : fold(person.email),
  });
  await trimPeople(database, { organizationId, max });
}

interface Names {
  readonly organizationId: string;
  readonly userNameKey: string;
  readonly externalId: string | null;
  readonly emailKey: string | null;
}

const deletePeople = preparedCommand((database, names: Names) => {
  const { organizationId } = names;
  // One select for each index: with `or`, the planner would read all rows.
  const named = (condition: RawBuilder<unknown>) =>
    sql`select refused_people.id from refused_people where organization_id = ${organizationId} and ${condition}`;
  const { json } = engineOf(database);
  return database
    .deleteFrom('refused_people')
    .where('organization_id', '=', organizationId)
    .where(
      json.amongRows(
        sql.ref('refused_people.id'),
        sql`${named(sql`user_name_key = ${names.userNameKey}`)}
          union all ${named(sql`external_id = ${names.externalId}`)}
          union all ${named(sql`email_key = ${names.emailKey}`)}`,
      ),
    );
});

const selectAnyPerson = prepared((database, values: { organizationId: string }) =>
  database
    .selectFrom('refused_people')
    .select('id')
    .where('organization_id', '=', values.organizationId)
    .limit(sql.lit(1)),
);

/** Removes the refused people who are now in the directory, under the userName, the externalId or an email address of a user. */
export async function removeRefusedPeople(
  database: Database,
  organizationId: string,
  names: { readonly userName: string; readonly externalId: string | null; readonly emails: readonly string[] },
): Promise<void> {
  // A short statement first, because most organizations have no refused people. A database server would have to be waited for.
  if (!isConcurrent(database) && (await selectAnyPerson(database, { organizationId })).length === 0) return;
  const { userName, externalId, emails } = names;
  const named = { organizationId, userNameKey: fold(userName), externalId };
  // Most people have one email address: a statement with a list would take longer.
  for (const email of emails.length === 0 ? [null] : emails) {
    await deletePeople(database, { ...named, emailKey: email === null ? null : fold(email) });
  }
}

/** Removes people whose last refusal was before a time, because the event with the reason is removed, too. */
export async function removeOldRefusedPeople(database: Database, organizationId: string, before: Date): Promise<void> {
  await database
    .deleteFrom('refused_people')
    .where('organization_id', '=', organizationId)
    .where('last_at', '<', before.getTime())
    .execute();
}
