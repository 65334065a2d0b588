import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, PASSWORD, startConsole, type TestConsole } from '../support/browser.ts';
import { call, scimClient } from '../support/http-client.ts';
import { postgresUnavailableReason, startPostgres, TEST_ROLE } from '../support/postgres-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const missing = postgresUnavailableReason() ?? browserUnavailableReason();

describe.skipIf(skipWithout(missing))('a console whose server shares its database with another one', () => {
  const opened = new AsyncDisposableStack();
  let served: TestConsole;
  let other: RunningServer;
  let token: string;
  beforeAll(async () => {
    const cluster = opened.use(await startPostgres({ fsync: 'off' }));
    await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
    const environment = { TANHUA_DATABASE_URL: cluster.urlOf('tanhua'), TANHUA_BOOTSTRAP_PASSWORD: PASSWORD };
    served = opened.use(await startConsole(environment));
    token = served.server.started['secretToken'] ?? '';
    other = opened.use(await startServer(environment));
  });
  afterAll(() => opened.disposeAsync());

  test('shows what the other one changes, without being loaded again', async () => {
    await using people = await served.open({ path: '/people' });
    await people.page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await people.settle();
    const entra = scimClient(other.scimUrl, token);
    const emails = [{ type: 'work', primary: true, value: 'ann@contoso.example' }];
    const ann = await entra.post('/Users', { userName: 'ann', displayName: 'Ann Meier', active: true, emails });
    expect(ann.status).toBe(201);
    await people.page.getByRole('row', { name: /Ann Meier/ }).waitFor();

    await people.page.getByRole('link', { name: 'Ann Meier' }).click();
    await people.page.getByRole('heading', { name: 'Ann Meier', level: 1 }).waitFor();
    await people.settle();
    await entra.patch(`/Users/${ann.body.id}`, { Operations: [{ op: 'replace', path: 'title', value: 'Engineer' }] });
    const timeline = people.page.getByRole('list', { name: 'Timeline' });
    await timeline.getByRole('listitem').filter({ hasText: 'Engineer' }).first().waitFor();
    expect(people.errors).toEqual([]);
  });

  test('shows a change through one server in the console of the other one', async () => {
    await using here = await served.open({ path: '/groups' });
    await here.page.getByRole('button', { name: 'Create a group…' }).click();
    await here.page.getByLabel('Name').fill('Night shift');
    await here.page.getByRole('button', { name: 'Create the group' }).click();
    await here.page.getByRole('heading', { name: 'Night shift', level: 1 }).waitFor();
    // The session is in the database, so that the cookie is valid for both.
    const [session] = (await here.context.cookies()).filter(({ name }) => name === 'tanhua_session');
    const { body } = await call(`${other.url}/api/groups`, { headers: { cookie: `tanhua_session=${session?.value}` } });
    expect(body.results.map(({ name }: { readonly name: string }) => name)).toContain('Night shift');
    await here.page.goto(`http://localhost:${new URL(other.url).port}/console/events`);
    await here.page.getByRole('link', { name: /created the group Night shift/ }).waitFor();
    await here.settle();
    const headers = { 'x-api-key': served.server.key, 'content-type': 'application/json' };
    await call(`${served.server.url}/api/v2/usergroups`, { method: 'POST', headers, body: { name: 'Day shift' } });
    await here.page.getByRole('link', { name: /created the group Day shift/ }).waitFor();
    expect(here.errors).toEqual([]);
  });
});
