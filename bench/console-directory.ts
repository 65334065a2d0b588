import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { openSqlite } from '#database/sqlite/open-sqlite.ts';
import { insertGroup } from '#directory/group-store.ts';
import { readKeys } from '#directory/list-store.ts';
import { insertMembers } from '#directory/membership-write-store.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { fillSqlitePeople } from './fill-sqlite-people.ts';
import { callerOf } from './fill-users.ts';
import { prepare, startTanhua, stop } from './served-directory.ts';

/** The id of the group that has all people as members. */
export const LARGE_GROUP = 'a'.repeat(24);

/** A server on SQLite with people of various names, and one group of all of them. */
export interface ConsoleDirectory extends AsyncDisposable {
  readonly url: string;
}

export async function openConsoleDirectory(people: number): Promise<ConsoleDirectory> {
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-bench-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  await prepare(folder, undefined);
  await fill(folder, people);
  const { child, url } = await startTanhua(folder, undefined);
  opened.defer(() => stop(child));
  const all = opened.move();
  return { url, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

export async function fill(folder: string, people: number): Promise<void> {
  const database = openSqlite(folder, 'process');
  try {
    const secrets = createSecretBox(randomBytes(32));
    const deps = { database, clock: systemClock, schemas: standardSchemas, secrets };
    const caller = await callerOf(deps);
    fillSqlitePeople(folder, deps, caller, people);
    const { organizationId } = caller.origin;
    const at = systemClock.now();
    const document = { displayName: 'Everyone' };
    const group = { id: LARGE_GROUP, organizationId };
    await insertGroup(deps, database, { ...group, integrationId: null, creationSource: 'tanhua:api', document, at });
    const list = {
      sources: [{ type: 'User', condition: undefined, sortValue: undefined }],
      order: { sorted: false, descending: false },
    } as const;
    const members = await readKeys(database, organizationId, list, { kind: 'offset', offset: 0 }, people);
    await insertMembers(database, group, new Map(members.map(({ id }) => [id, 'User'])), at);
  } finally {
    await database.destroy();
  }
}
