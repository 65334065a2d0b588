import { Dice } from '#entra/source/generator/dice.ts';
import type { ConsoleSamples } from '../../tests/support/console-samples.ts';
import type { TestMailServer } from '../../tests/support/mail-server.ts';
import { call, type Answer } from '../../tests/support/http-client.ts';
import type { RunningServer } from '../../tests/support/start-server.ts';
import { waitUntil } from '../../tests/support/wait-until.ts';
import type { SampleClock } from './sample-clock.ts';
import { ann, bodyOf, contractors, grace, refused, unusual } from './sample-people.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How long ago the sample begins. */
export const SAMPLE_START_MS = 84 * DAY_MS;

const SEED = 2026;
const USERS = 160;
const GROUPS = 12;
const WITH_PASSWORD = 40;
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const titles = ['Engineer', 'Senior Engineer', 'Analyst', 'Team Lead', 'Consultant', 'Controller'] as const;

type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Sends SCIM requests as one source does. */
function sourceClient(server: RunningServer, token: string, userAgent?: string): Send {
  return async (method, path, body) =>
    await call(`${server.scimUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...(userAgent !== undefined && { 'user-agent': userAgent }),
      },
      body,
    });
}

interface Sample {
  readonly server: RunningServer;
  readonly clock: SampleClock;
  readonly dice: Dice;
  readonly entra: Send;
  readonly okta: Send;
  readonly rest: Send;
  readonly run: (...args: readonly string[]) => Promise<string>;
}

/**
 * Fills a server that has just been started with a company of some two hundred people: Entra ID and Okta provision people and groups for
 * twelve weeks, some are refused, emails fail, a key expires soon, and one source has become silent.
 *
 * @param mail the mail server of the server; it refuses some recipients
 * @returns the ids of what the pages show
 */
export async function provisionSampleTenant(
  server: RunningServer,
  clock: SampleClock,
  mail: TestMailServer,
): Promise<ConsoleSamples> {
  const rest: Send = async (method, path, body) =>
    await call(`${server.url}${path}`, {
      method,
      headers: { 'x-api-key': server.key, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body,
    });
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await server.cli(...args);
    if (code !== 0) throw new Error(`tanhua ${args.join(' ')} failed: ${stderr}`);
    return stdout;
  };
  mail.behavior = { refuseRecipient: (address) => (address.startsWith('l') ? '550 no such mailbox' : undefined) };
  const okta = await addSource(rest, 'Okta (Fabrikam)', 'standard');
  const sample: Sample = {
    server,
    clock,
    dice: new Dice(SEED, 'sample'),
    entra: sourceClient(server, server.started['secretToken'] ?? ''),
    okta: sourceClient(server, okta.token, 'Okta SCIM Client 1.0.0'),
    rest,
    run,
  };
  await run('organization', 'rename', 'Contoso');
  await connectEntra(sample);
  const people = await firstPeople(sample);
  await oktaPeople(sample);
  await lifeOfAnn(sample, people);
  const own = await addContractors(sample, mail);
  await lastDay(sample);
  clock.setAgo(12 * MINUTE_MS);
  const unconnected = await addSource(rest, 'Workday', 'strict');
  clock.setAgo(0);
  return await findSamples(sample, { newSource: unconnected.id, ...own });
}

/** Adds a source with a key that expires in 90 days. */
async function addSource(rest: Send, name: string, preset: string) {
  const { body: source } = await rest('POST', '/api/integrations', { name, preset });
  const { body: key } = await rest('POST', `/api/integrations/${source.id}/tokens`, { name, expiresInDays: 90 });
  return { id: String(source.id), token: String(key.key) };
}

/** The stand-in for Entra ID provisions the company. */
async function connectEntra({ clock, run, server }: Sample): Promise<void> {
  await run('integration', 'set', 'Entra ID', 'unknownMembers=defer');
  const size = ['--users', String(USERS), '--groups', String(GROUPS), '--seed', String(SEED)];
  await run('entra', 'tenant', 'create', 'Contoso', '--domain', 'contoso.example', ...size);
  const url = `${server.scimUrl}/?aadOptscim062020`;
  const token = server.started['secretToken'] ?? '';
  const scope = ['--preset', 'guide', '--scope', 'all'];
  await run('entra', 'app', 'create', 'Tanhua', '--url', url, '--token', token, ...scope);
  clock.setAgo(80 * DAY_MS);
  await run('entra', 'app', 'test', 'Tanhua');
  await run('entra', 'cycle', 'run', 'Tanhua');
  clock.setAgo(33 * DAY_MS);
  await run('entra', 'tenant', 'change', '--count', '20', '--seed', '7');
  await run('entra', 'cycle', 'run', 'Tanhua');
}

interface FirstPeople {
  readonly annId: string;
  readonly all: readonly string[];
}

async function create(send: Send, person: Parameters<typeof bodyOf>[0], domain?: string): Promise<string> {
  const { status, body, text } = await send('POST', '/Users?aadOptscim062020', bodyOf(person, domain));
  if (status !== 201) throw new Error(`${person.userName} was not created: ${text}`);
  return String(body.id);
}

function replace(path: string, value: unknown) {
  return { schemas: [PATCH], Operations: [{ op: 'Replace', path, value }] };
}

async function firstPeople({ clock, entra, rest }: Sample): Promise<FirstPeople> {
  clock.setAgo(31 * DAY_MS);
  const graceId = await create(entra, grace);
  const annId = await create(entra, ann);
  await entra('PATCH', `/Users/${annId}`, replace(`${ENTERPRISE}:manager`, graceId));
  const all = [];
  for (const [index, person] of unusual.entries()) {
    clock.setAgo(30 * DAY_MS - index * 3 * HOUR_MS);
    all.push(await create(entra, person));
  }
  const members = [annId, graceId, ...all].map((value) => ({ value }));
  const waiting = ['8f14e45f-ceea-467f-a8d4-1c2b3d4e5f60', 'c9f0f895-fb98-4b91-8c0a-0d1e2f3a4b5c'];
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const group = async (displayName: string, values: readonly { readonly value: string }[]) =>
    await entra('POST', '/Groups', { schemas, displayName, members: values });
  await group('Wi-Fi Staff', members);
  const sales = await group('Sales (EMEA)', [...members.slice(2), ...waiting.map((value) => ({ value }))]);
  await group('Everyone in sales, marketing, partner management and customer success', [{ value: sales.body.id }]);
  await group('研究部 · Research', members.slice(3, 6));
  const { body } = await rest('GET', `/api/people?limit=${WITH_PASSWORD}&sort=name`);
  for (const [index, { id }] of (body.results as readonly { readonly id: string }[]).entries()) {
    if (index % 3 > 0) await rest('PUT', `/api/systemusers/${id}`, { password: `Lantern-${index}-orchard-amber` });
    if (index % 9 === 4) await rest('PUT', `/api/systemusers/${id}`, { suspended: true });
    if (index % 13 === 5) await rest('POST', `/api/systemusers/${id}/expire`, {});
  }
  return { annId, all };
}

async function oktaPeople({ clock, okta, dice }: Sample): Promise<void> {
  const given = ['Ada', 'Bruno', 'Cleo', 'Dario', 'Esther', 'Finn', 'Gita', 'Hugo'] as const;
  const family = ['Fontaine', 'Gruber', 'Ito', 'Jansen', 'Kaya', 'Larsen'] as const;
  for (let index = 0; index < 36; index += 1) {
    clock.setAgo(28 * DAY_MS - index * HOUR_MS);
    const displayName = `${given[index % given.length]} ${family[Math.floor(index / given.length)]}`;
    const userName = `${displayName.toLowerCase().replace(' ', '.')}@fabrikam.example`;
    const department = dice.pick(['Logistics', 'Retail', 'Support']);
    await create(okta, { userName, displayName, title: dice.pick(titles), department, email: userName });
  }
}

/** What happened to one person: changes, requests without an effect, refusals, a group, a password. */
async function lifeOfAnn({ clock, entra, rest }: Sample, { annId }: FirstPeople): Promise<void> {
  const path = `/Users/${annId}?aadOptscim062020`;
  clock.setAgo(26 * DAY_MS);
  await rest('PUT', `/api/systemusers/${annId}`, { password: 'Amber-lantern-47-orchard' });
  clock.setAgo(12 * DAY_MS);
  await entra('PATCH', path, replace('title', 'Senior Engineer'));
  clock.setAgo(6 * DAY_MS);
  await rest('PUT', `/api/systemusers/${annId}`, { location: 'Zürich' });
  clock.setAgo(27 * HOUR_MS);
  await entra('PATCH', path, replace(`${ENTERPRISE}:employeeNumber`, '40219'));
}

/** Adds people whom no source sends, and their group. Each gets an activation email, which the mail server refuses for one of them. */
async function addContractors({ clock, rest }: Sample, mail: TestMailServer) {
  const ids: string[] = [];
  for (const [index, name] of contractors.entries()) {
    clock.setAgo((60 - index) * HOUR_MS);
    const username = name.toLowerCase().replace(' ', '.');
    const [firstname, lastname] = name.split(' ');
    const person = { username, email: `${username}@contoso.example`, firstname, lastname, displayname: name };
    const job = { jobTitle: 'Contractor', employeeType: 'Contractor' };
    const { body } = await rest('POST', '/api/systemusers', { ...person, ...job });
    ids.push(String(body.id));
    await rest('POST', '/api/systemusers/reactivate', { models: [{ _id: body.id }] });
    // The clock must not move while an email is on its way.
    await mail.waitFor(Math.min(index + 1, contractors.length - 1));
  }
  await waitUntil(async () => (await rest('GET', '/api/attention')).text.includes('failedMail'), {
    failure: () => 'No email failed',
  });
  const { body: group } = await rest('POST', '/api/v2/usergroups', { name: 'Contractors' });
  for (const id of ids) await rest('POST', `/api/v2/usergroups/${group.id}/members`, { op: 'add', type: 'user', id });
  return { own: String(ids[0]), ownGroup: String(group.id) };
}

/** The last 24 hours: Entra ID returns every 40 minutes; Okta every 20, until five hours ago. */
async function lastDay(sample: Sample): Promise<void> {
  const { clock, entra, dice, run } = sample;
  const found = await entra('GET', '/Users?count=200&startIndex=1&aadOptscim062020');
  const ids = (found.body.Resources as readonly { readonly id: string }[]).map(({ id }) => id);
  const others = [...refused.noEmail, ...refused.inactive];
  for (let ago = 24 * 60 - 4; ago > 0; ago -= 20) {
    clock.setAgo(ago * MINUTE_MS);
    if (ago > 300) await visitOfOkta(sample);
    if (ago % 40 !== 36) continue;
    const isBusy = ago % 480 < 100;
    await entra('GET', `/Users?filter=${encodeURIComponent(`userName eq "${dice.digits(5)}"`)}&aadOptscim062020`);
    for (let count = dice.below(isBusy ? 28 : 7); count > 0; count -= 1) await changeOf(sample, ids);
    if (isBusy) for (const person of others) await entra('POST', '/Users?aadOptscim062020', bodyOf(person));
    if (ago < 900 && isBusy) {
      for (const person of refused.address) {
        await entra('POST', '/Users?aadOptscim062020', bodyOf({ ...person, email: person.userName }));
      }
    }
    if (ago % 480 === 116) await run('entra', 'app', 'test', 'Tanhua');
  }
}

async function visitOfOkta({ okta, dice }: Sample): Promise<void> {
  const { body } = await okta('GET', '/Users?startIndex=1&count=40');
  const [person] = (body.Resources as readonly { readonly id: string; readonly userName: string }[])
    .filter(({ userName }) => userName.endsWith('fabrikam.example'))
    .slice(dice.below(30));
  if (person !== undefined) await okta('PATCH', `/Users/${person.id}`, replace('title', dice.pick(titles)));
}

async function changeOf({ entra, dice }: Sample, ids: readonly string[]): Promise<void> {
  const path = `/Users/${ids[dice.below(ids.length)]}?aadOptscim062020`;
  const kind = dice.below(10);
  if (kind < 2) await entra('PATCH', path, replace('active', true));
  else if (kind < 8) await entra('PATCH', path, replace('title', dice.pick(titles)));
  else await entra('PATCH', path, replace(`${ENTERPRISE}:costCenter`, `CC-${dice.digits(3)}`));
}

/** Finds the ids of what the pages show. */
async function findSamples(
  sample: Sample,
  ids: Pick<ConsoleSamples, 'newSource' | 'own' | 'ownGroup'>,
): Promise<ConsoleSamples> {
  const { rest, entra } = sample;
  const first = async (path: string) => (await rest('GET', path)).body.results[0];
  const person = await first('/api/people?search=ann.meier');
  await entra('PATCH', `/Users/${person.id}?aadOptscim062020`, replace(`${ENTERPRISE}:department`, 'Engineering'));
  await entra('PATCH', `/Users/${person.id}?aadOptscim062020`, replace('title', 'Head of Platform'));
  const group = (await rest('GET', '/api/groups?search=Sales%20(E')).body.results[0];
  const sources = (await rest('GET', '/api/integrations')).body;
  const source = sources.find(({ name }: { readonly name: string }) => name === 'Entra ID').id;
  const gone = await first('/api/people?search=bruno');
  await rest('DELETE', `/api/systemusers/${gone.id}`);
  const refusal = await first('/api/requests?outcome=refused&person=bob.moser%40contoso.example&limit=1');
  const event = await first('/api/events?target=ann.meier&limit=1');
  return {
    ...ids,
    person: String(person.id),
    group: String(group.id),
    source: String(source),
    deleted: String(gone.id),
    refused: 'bob.moser@contoso.example',
    exchange: String(refusal.id),
    event: String(event.id),
    ...(await findTenant(sample)),
  };
}

/** Finds the tenant of the stand-in, and provisions one of its users who is disabled, and so is skipped. */
async function findTenant({ rest }: Sample) {
  const read = async (path: string) => (await rest('GET', `/entra/v1.0${path}`)).body.value[0];
  const tenant = await read('/tenants');
  const application = await read('/servicePrincipals');
  const user = await read('/users?$top=1');
  const group = await read('/groups?$top=1');
  const skipped = await read('/users?$filter=accountEnabled%20eq%20false&$top=1');
  const synchronization = `/servicePrincipals/${application.id}/synchronization`;
  const job = await read(`${synchronization}/jobs`);
  await rest('POST', `/entra/v1.0${synchronization}/jobs/${job.id}/provisionOnDemand`, {
    parameters: [{ subjects: [{ objectId: skipped.id, objectTypeName: 'User' }] }],
  });
  const log = await read('/auditLogs/provisioning?$top=1');
  return {
    tenant: String(tenant.id),
    application: String(application.id),
    tenantUser: String(user.id),
    tenantGroup: String(group.id),
    tenantSkipped: String(skipped.id),
    provisioningLog: String(log.id),
  };
}
