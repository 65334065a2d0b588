import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { readConfig } from '#base/config.ts';
import { createGroup } from '#directory/groups.ts';
import type { Caller } from '#directory/stored.ts';
import { createUser } from '#directory/users.ts';
import { listIntegrations } from '#integrations/integration-store.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { openDirectory } from '../app.ts';
import { runCommand, startedFolder } from './run-command.fixture.ts';

// The first call of the command loads its modules. The long timeouts allow for a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let directory: Awaited<ReturnType<typeof startedFolder>>;
let integration: { readonly id: string; readonly name: string };

/** Two users, of whom one is in a group, and a person who was refused. */
beforeAll(async () => {
  directory = await startedFolder();
  await using opened = openDirectory(readConfig());
  const deps = { ...opened, schemas: standardSchemas };
  const [organization] = await listOrganizations(deps.database);
  const [found] = await listIntegrations(deps.database, organization?.id ?? '');
  if (organization === undefined || found === undefined) throw new Error('The first start created an integration.');
  integration = { id: found.id, name: found.name };
  const actor = { type: 'integration', id: found.id, name: found.name } as const;
  const origin = { organizationId: organization.id, actor, integration, request: undefined };
  const caller: Caller = { rules: found.rules, origin };
  const user = async (userName: string, displayName: string) => {
    const emails = [{ value: `${userName}@contoso.example`, primary: true }];
    return await createUser(deps, caller, { document: { userName, displayName, emails }, ignored: [] });
  };
  const ann = await user('ann.meier', 'Ann Méier');
  await user('carla.meier', 'Carla Meier');
  const members = [{ value: ann.id }];
  await createGroup(deps, caller, { document: { displayName: 'Pilots', members }, ignored: [] });
  const request = {
    id: 'r',
    method: 'POST',
    path: '/scim/v2/Users',
    clientIp: '192.0.2.1',
    userAgent: undefined,
    client: undefined,
    authMethod: 'bearer',
  } as const;
  const sent = { userName: ['bob.moser'], displayName: ['Bob Moser'], externalId: [], email: [] };
  await recordRefusedRequest(deps.database, deps.clock, {
    origin: { ...origin, request },
    draft: {
      type: 'request_refused',
      target: { type: 'user', id: null, name: 'bob.moser', sent },
      error: { code: 'emailRequired', status: 400, message: 'The user has no email address: map mail.' },
    },
  });
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

test('user search lists the users that match all words, with the total and the number of refused people', async () => {
  const { stdout, code } = await runCommand('user', 'search', 'mei', 'ann');
  expect(code).toBe(0);
  const [head, row, empty, total] = stdout.split('\n');
  expect(head).toMatch(/^NAME +USERNAME +EMAIL +STATE +PASSWORDSTATUS +SOURCE +DEPARTMENT +TITLE$/);
  expect(row).toMatch(/^Ann Méier +ann\.meier +ann\.meier@contoso\.example +ACTIVATED +Password Pending +Entra ID/);
  expect([empty, total]).toEqual(['', '1 user matches.']);
  expect((await runCommand('user', 'search', 'm')).stdout).toContain(
    '2 users match. 1 refused person matches: add --refused.',
  );
});

test('user search lists refused people with the reason if no user matches, or with --refused', async () => {
  for (const options of [[], ['--refused', '--source', 'entra id']]) {
    const { stdout } = await runCommand('user', 'search', 'moser', ...options);
    expect(stdout).toMatch(/Bob Moser +bob\.moser +- +Entra ID +1 +\S+Z +The user has no email address: map mail\./);
    expect(stdout).toContain('No user matches. 1 person who was refused matches.');
  }
  expect((await runCommand('user', 'search', 'unknown')).stdout).toBe('0 users match.\n');
});

test('user search filters, sorts, and continues after a cursor', async () => {
  const search = async (...options: readonly string[]) => {
    const { stdout } = await runCommand('user', 'search', ...options, '--json');
    return JSON.parse(stdout) as {
      readonly results: readonly { readonly userName: string }[];
      readonly next: string;
    };
  };
  const names = async (...options: readonly string[]) =>
    (await search(...options)).results.map(({ userName }) => userName);
  expect(await names('--group', 'pilots')).toEqual(['ann.meier']);
  expect(
    await names('--source', integration.id, '--state', 'ACTIVATED', 'STAGED', '--sort', 'userName', '--descending'),
  ).toEqual(['carla.meier', 'ann.meier']);
  expect(await names('--source', 'none')).toEqual([]);
  expect(await names('--department', 'Sales')).toEqual([]);
  expect(await names('--password-status', 'Locked')).toEqual([]);
  expect(await names('--changed-since', '2026-01-31T08:00Z', '--sort', 'userName')).toEqual([
    'ann.meier',
    'carla.meier',
  ]);
  const first = await runCommand('user', 'search', '--limit', '1');
  const cursor = /--cursor (\S+)/.exec(first.stdout)?.[1] ?? '';
  expect(await names('--limit', '1', '--cursor', cursor)).toEqual(['carla.meier']);
});

test('user search explains an unknown source, an unknown group and an invalid time', async () => {
  const errors: readonly (readonly [readonly string[], string, number])[] = [
    [['--source', 'Okta'], 'There is no integration "Okta": tanhua integration list shows all of them.', 3],
    [['--group', 'Sailors'], 'There is no group "Sailors": tanhua group list shows all of them.', 3],
    [['--changed-since', 'yesterday'], 'It must be a time such as 2026-01-31T08:00Z.', 2],
    [['--limit', '0'], 'It must be a whole number from 1 to 200.', 2],
  ];
  for (const [options, message, code] of errors) {
    const result = await runCommand('user', 'search', ...options);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(code);
  }
});
