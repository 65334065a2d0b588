import type { z } from 'zod';
import type { AccountDeps } from '#accounts/account.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { languages, type Language } from '#base/words/language.ts';
import { messagesIn, TranslatedError } from '#base/translated-error.ts';
import { inTransaction, RolledBack } from '#database/database.ts';
import { groupNamed, userByKey } from '#directory/named.ts';
import { changeMembership } from '#directory/user-groups.ts';
import { systemUserPostSchema, systemUserPutSchema, type SystemUserBody } from '#directory/system-user-fields.ts';
import { expirePassword, setLocked } from '#directory/system-user-access.ts';
import { createSystemUser, hashNewPassword, prepareUpdate, showSystemUsers } from '#directory/system-users.ts';
import type { Caller, StoredUser } from '#directory/stored.ts';
import type { CsvUser } from '#directory/user-csv.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { requirePassword } from '#organizations/password-policy.ts';
import type { RowOutcome, RowRunner } from './job-queue.ts';

/** The preview of one row. */
export interface RowPreview {
  /** Number of the row, starting at 1, as in the results of the job. */
  readonly row: number;
  /** Line in the file, starting at 1. */
  readonly line: number;
  readonly username: string;
  /** The display name, or else the first and last name. Shown so that a person notices if the file was read in the wrong encoding. */
  readonly name: string;
  readonly errors: readonly RowError[];
}

/** What is wrong with a row, in each language: the caller reads one of them, and the event about a refused import has the English one. */
export type RowError = Readonly<Record<Language, string>>;

/**
 * Checks the rows of a file as an import would. Each row is applied and rolled back, so that the errors are the same as in an import,
 * but nothing is stored.
 */
export async function previewRows(
  deps: AccountDeps,
  caller: Caller,
  rows: readonly CsvUser[],
): Promise<readonly RowPreview[]> {
  const repeated = findRepeated(rows);
  const settings = await findSettings(deps.database, caller.origin.organizationId);
  const previews: RowPreview[] = [];
  for (const [index, row] of rows.entries()) {
    const errors = [
      ...row.errors.map((say) => inEach((language) => say(messagesIn(language)))),
      ...(repeated.get(row.line) ?? []),
    ];
    const { password } = row.body;
    const username = textOf(row.body['username']);
    try {
      if (typeof password === 'string') requirePassword(settings, password, [username, textOf(row.body['email'])]);
    } catch (error) {
      errors.push(messageOf(error));
    }
    try {
      const { password: _, ...body } = row.body;
      // Sends no email. Leaves out the password, because hashing it would take longer than all other checks.
      const quiet = { ...deps, welcome: undefined, wakeMailer: () => {} };
      const create = await prepareRow(quiet, caller, { ...row, body, errors: [] });
      await inTransaction(deps.database, async (transaction) => {
        await create({ ...quiet, database: transaction });
        throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) errors.push(messageOf(error));
    }
    previews.push({ row: index + 1, line: row.line, username, name: nameOf(row.body), errors: distinct(errors) });
  }
  return previews;
}

function inEach(say: (language: Language) => string): RowError {
  return Object.fromEntries(languages.map((language) => [language, say(language)])) as RowError;
}

function distinct(errors: readonly RowError[]): readonly RowError[] {
  return [...new Map(errors.map((error) => [error.en, error])).values()];
}

function messageOf(error: unknown): RowError {
  if (error instanceof AppError) return inEach((language) => messageFor(error, 'csv', language));
  throw error;
}

function nameOf({ displayname, firstname, lastname }: JsonObject): string {
  return textOf(displayname) || [firstname, lastname].map(textOf).filter(Boolean).join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Finds values that must be unique but occur more than once in the file. Returns the errors by line. */
function findRepeated(rows: readonly CsvUser[]): ReadonlyMap<number, readonly RowError[]> {
  const found = new Map<number, RowError[]>();
  for (const field of ['username', 'email', 'employeeIdentifier']) {
    const seen = new Map<string, number>();
    for (const { line, body } of rows) {
      const value = body[field];
      if (typeof value !== 'string') continue;
      const first = seen.get(fold(value));
      if (first === undefined) seen.set(fold(value), line);
      else {
        const error = inEach((language) => messagesIn(language).admin.csv.repeated(field, quote(value), first));
        found.set(line, [...(found.get(line) ?? []), error]);
      }
    }
  }
  return found;
}

/** Reads a row with the schema of the REST API. Throws `invalidBody` (400). */
function parseBody(schema: z.ZodType<SystemUserBody>, body: unknown): SystemUserBody {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new TranslatedError('invalidBody', ({ files }) =>
    files.row(issues.map(({ path, message }) => files.fault(path.join('.'), message))),
  );
}

/** Replaces the manager (a username, an email address or an id) with the manager's id. Throws `invalidValue` (400) for an unknown user. */
async function withManagerId(deps: AccountDeps, organizationId: string, body: JsonObject): Promise<JsonObject> {
  const { manager } = body;
  if (typeof manager !== 'string') return body;
  const found = await userByKey(deps.database, organizationId, manager);
  if (found !== undefined) return { ...body, manager: found.id };
  throw new TranslatedError('invalidValue', ({ admin }) => admin.csv.managerUnknown(quote(manager)), {
    attribute: 'manager',
  });
}

/** Reads a row of a file. Returns a function that creates the user and adds it to the groups that the row names. */
async function prepareRow(deps: AccountDeps, caller: Caller, row: CsvUser) {
  const { organizationId } = caller.origin;
  if (row.errors.length > 0) {
    throw new TranslatedError('invalidBody', (messages) => messages.files.row(row.errors.map((say) => say(messages))));
  }
  const { manager: _, ...others } = row.body;
  const body = parseBody(
    systemUserPostSchema,
    row.awaitedManager === undefined ? await withManagerId(deps, organizationId, row.body) : others,
  );
  const settings = await findSettings(deps.database, organizationId);
  const options = {
    creationSource: 'tanhua:csv',
    defaultState: settings.defaultStateCsv,
    awaitedManager: row.awaitedManager,
    passwordHash: await hashNewPassword(deps, organizationId, body),
  };
  return async (inside: AccountDeps) => {
    const user = await createSystemUser(inside, caller, body, options);
    for (const name of row.groups) {
      const group = await groupNamed(inside.database, organizationId, name);
      if (group === undefined) {
        throw new TranslatedError('invalidValue', ({ admin }) => admin.csv.groupUnknown(quote(name)), {
          attribute: 'group',
        });
      }
      await changeMembership(inside, caller, group.id, { op: 'add', memberId: user.id, memberType: 'User' });
    }
    return user;
  };
}

async function outcomeOf(deps: AccountDeps, user: StoredUser): Promise<RowOutcome> {
  const [shown] = await showSystemUsers(deps, user.organizationId, [user]);
  return { userId: user.id, body: JSON.stringify(shown) };
}

/** The creationSource of users that a bulk request creates, unless the creation-source header names another source. */
export const BULK_SOURCE = 'tanhua:bulk';

/** Splits a row that changes an existing user into the user's id and the other fields. Throws `invalidBody` (400) if the row has no id. */
function namedRow(row: unknown) {
  const { id, _id, ...body } = isObject(row) ? row : {};
  const wanted = id ?? _id;
  if (typeof wanted === 'string') return { id: wanted, body };
  throw new TranslatedError('invalidBody', ({ admin }) => admin.csv.noId);
}

/** The functions that run a row, by kind of job. */
export const rowRunners: Readonly<Record<string, RowRunner>> = {
  csv_import: async (deps, caller, row) => {
    const create = await prepareRow(deps, caller, row as CsvUser);
    return async (inside) => await outcomeOf(inside, await create(inside));
  },
  bulk_create: async (deps, caller, row, { creationSource = BULK_SOURCE }) => {
    const { organizationId } = caller.origin;
    const body = parseBody(systemUserPostSchema, row);
    const settings = await findSettings(deps.database, organizationId);
    // The legacy directory's console imports CSV files with bulk requests, so these users get the state of an import.
    const defaultState = creationSource.endsWith(':bulk') ? settings.defaultStateCsv : settings.defaultStateApplication;
    const passwordHash = await hashNewPassword(deps, organizationId, body);
    const options = { creationSource, defaultState, passwordHash };
    return async (inside) => await outcomeOf(inside, await createSystemUser(inside, caller, body, options));
  },
  bulk_update: async (deps, caller, row) => {
    const { id, body } = namedRow(row);
    const update = await prepareUpdate(deps, caller, id, parseBody(systemUserPutSchema, body));
    return async (inside) => await outcomeOf(inside, await update(inside));
  },
  bulk_unlock: async (_deps, caller, row) => {
    const { id } = namedRow(row);
    return async (inside) => await outcomeOf(inside, await setLocked(inside, caller, id, false));
  },
  bulk_expire: async (_deps, caller, row) => {
    const { id } = namedRow(row);
    return async (inside) => await outcomeOf(inside, await expirePassword(inside, caller, id));
  },
};
