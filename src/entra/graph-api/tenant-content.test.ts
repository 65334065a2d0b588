import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import type { GraphClient } from './client.ts';
import { openTestGraph, refusal, type TestGraph } from './graph-api.fixture.ts';
import { GENERATED_MAX } from './routes/tenant-content-routes.ts';

let graph: TestGraph;
let client: GraphClient;
let tenant: string;
beforeAll(async () => {
  graph = await openTestGraph();
  client = graph.client();
  ({ id: tenant } = await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' }));
});
afterAll(() => graph[Symbol.asyncDispose]());

describe('the content of a tenant', () => {
  test('generates users again and again, and the same ones for the same seed only once', async () => {
    const first = await client.tenants.generate(tenant, { users: 3 });
    expect(first.applied.map(({ kind }) => kind)).toEqual(['hire', 'hire', 'hire']);
    expect((await client.tenants.generate(tenant, { users: 2 })).applied).toHaveLength(2);
    expect((await client.tenants.generate(tenant, { users: 3, seed: first.seed })).applied).toEqual([]);
    expect((await client.tenants.get(tenant)).users).toBe(5);
  });

  test('applies random changes', async () => {
    const { applied } = await client.tenants.change(tenant, { count: 10, seed: 7 });
    expect(applied.length).toBeGreaterThan(0);
    expect(applied[0]).toEqual({ kind: expect.any(String), summary: expect.any(String) });
  });

  test('accepts at most GENERATED_MAX users and changes', async () => {
    const users = await refusal(client.tenants.generate(tenant, { users: GENERATED_MAX + 1 }));
    const changes = await refusal(client.tenants.change(tenant, { count: GENERATED_MAX + 1 }));
    expect([users.status, changes.status]).toEqual([400, 400]);
    expect(users.message).toContain(String(GENERATED_MAX));
  });

  test('imports a CSV text, or nothing if a row is wrong', async () => {
    const csv = 'userPrincipalName,displayName\nann@contoso.example,Ann';
    expect(await client.tenants.import(tenant, { csv })).toMatchObject({ usersCreated: 1, usersUpdated: 0 });
    const again = await client.tenants.import(tenant, { csv: csv.replace(',Ann', ',Ann Berg') });
    expect(again).toMatchObject({ usersCreated: 0, usersUpdated: 1 });
    const wrong = await refusal(client.tenants.import(tenant, { csv: `${csv}\n,Unnamed` }));
    expect(wrong.message).toContain('line 3');
    const neither = await refusal(client.tenants.import(tenant, {} as { csv: string }));
    expect([neither.status, neither.message]).toEqual([400, 'Send the text of one file: csv or graph.']);
  });

  testOnSqlite('is not changed if the event about the change cannot be stored', async () => {
    const { database } = graph.directory.deps;
    const before = await client.tenants.get(tenant);
    await sql`create trigger refuse_events before insert on events when new.type like 'entra_tenant_%'
      begin select raise(abort, 'no events'); end`.execute(database);
    const csv = 'userPrincipalName,displayName\nlost@contoso.example,Lost';
    const refused = [
      await refusal(client.tenants.generate(tenant, { users: 1 })),
      await refusal(client.tenants.change(tenant, { count: 3 })),
      await refusal(client.tenants.import(tenant, { csv })),
    ];
    await sql`drop trigger refuse_events`.execute(database);
    expect(refused.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await client.tenants.get(tenant)).toEqual(before);
  });
});
