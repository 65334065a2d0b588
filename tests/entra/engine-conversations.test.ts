import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { saveSchema, updateSettings } from '#entra/application/applications.ts';
import { ACTIVE_UNLESS_SOFT_DELETED, groupRows } from '#entra/application/default-schema.ts';
import { schemaOf } from '#entra/application/preset.ts';
import { openTestEngine, type TestEngine } from '#entra/engine/engine.fixture.ts';
import {
  addMembers,
  createSourceGroup,
  deleteSourceGroup,
  removeMembers,
  updateSourceGroup,
} from '#entra/source/source-groups.ts';
import { disableSourceUser, enableSourceUser, purgeSourceUser, updateSourceUser } from '#entra/source/source-users.ts';
import { startScriptedServer, type Received } from '#entra/wire/scripted-server.fixture.ts';
import withFlag from './with-flag.json' with { type: 'json' };
import withoutFlag from './without-flag.json' with { type: 'json' };

const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The mappings of the users in the recorded conversations, in the order in which the conversations change the attributes. */
const schema = schemaOf({
  User: [
    ['userName', '[mailNickname]', 1],
    ['active', ACTIVE_UNLESS_SOFT_DELETED],
    ['externalId', '[objectId]'],
    ['displayName', '[displayName]'],
    ['title', '[jobTitle]'],
    ['emails[type eq "work"].value', '[userPrincipalName]'],
    ['name.givenName', '[givenName]'],
    ['name.familyName', '[surname]'],
    ['name.formatted', '[displayName]'],
    ['nickName', '[extensionAttribute1]'],
    ['addresses[type eq "work"].formatted', '[physicalDeliveryOfficeName]'],
    ['addresses[type eq "work"].country', '[country]'],
    ['phoneNumbers[type eq "mobile"].value', '[mobile]'],
    [`${E}:employeeNumber`, '[employeeId]'],
    [`${E}:department`, '[department]'],
    [`${E}:manager`, '[manager]'],
  ],
  Group: groupRows,
});

/** Opens a proxy that is between the engine and the SCIM server, and records every request. */
async function openRecorded(flag: boolean) {
  await using opened = new AsyncDisposableStack();
  const on = opened.use(await openTestEngine({ flag, settings: { scope: 'all', concurrency: 1 } }));
  const forward = async ({ line, headers, body }: Received, response: ServerResponse) => {
    const [method = '', url = ''] = line.split(' ');
    const given = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const answer = await on.server.app.inject({
      method: method as 'GET',
      url,
      headers: given,
      ...(body !== '' && { payload: body }),
    });
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
    response.end(answer.body);
  };
  const proxy = opened.use(
    await startScriptedServer((received) => (response) => {
      void forward(received, response);
    }),
  );
  const base = `${proxy.url}/scim/v2`;
  const tenantUrl = flag ? `${base}/?aadOptscim062020` : base;
  // The origin of the proxy differs from that of the server, so the new URL deletes the saved secret. This call sets the secret again.
  await updateSettings(on.engine, on.application, { tenantUrl }, { secretToken: on.server.key });
  await saveSchema(on.engine, on.application, schema);
  let returned = 0;
  const stack = opened.move();
  return {
    on,
    host: proxy.url.replace('http://', ''),
    /** Returns the requests that were received since the previous call. */
    received: () => proxy.received.slice(returned, (returned = proxy.received.length)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const people = ['ann', 'bjorn', 'chloe', 'yael'] as const;
type Person = (typeof people)[number];
const objectIdOf = (person: Person) => `${people.indexOf(person) + 1}0000000-0000-4000-8000-000000000000`;
const GROUP_ID = '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159';
const PATCH_OP = '"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]';

type Conversation = typeof withFlag | typeof withoutFlag;

/** Returns a step of a recorded conversation as one line: the method, the path, and the body as it is on the wire. */
function recorded({ steps }: Conversation, name: string, values: Readonly<Record<string, string>> = {}): string {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`The conversation has no step ${name}`);
  const { method, path } = step.request;
  const body = 'body' in step.request ? ` ${JSON.stringify(step.request.body)}` : '';
  const line = `${method} /scim/v2${path}${body}`;
  return Object.entries(values)
    .reduce((text, [key, value]) => text.replaceAll(`{{${key}}}`, value), line)
    .replaceAll('7d420df3-9995-4831-a406-ecf8166f5f6a', '{{guid}}');
}

const headersOf = ({ headers }: Received) => headers.map(([name]) => name);
const READING = ['Host', 'Authorization', 'Accept', 'ADSCIMVersion', 'Connection'];
const WRITING = [...READING.slice(0, -1), 'Content-Type', 'Content-Length', 'Connection'];

describe.for([
  [true, withFlag],
  [false, withoutFlag],
] as const)('the engine (aadOptscim062020: %s)', ([flag, conversation]) => {
  test('sends the requests of the recorded conversation with Entra ID', async () => {
    await using recording = await openRecorded(flag);
    const { on } = recording;
    const { engine, tenant } = on;
    const known = new Map<string, string>();
    const step = (name: string, values: Readonly<Record<string, string>> = {}) => recorded(conversation, name, values);
    const query = flag ? '?aadOptscim062020' : '';
    const patch = (path: string, operations: string) =>
      `PATCH /scim/v2${path}${query} {${PATCH_OP},"Operations":${operations}}`;
    /** Runs a cycle. Returns the requests after those of Test Connection, with each id replaced by its variable in the conversation. */
    const cycle = async (): Promise<readonly string[]> => {
      on.server.directory.clock.advance(1_000);
      expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { failed: 0 } } });
      for (const user of await on.users()) known.set(user.id, `{{${personOf(user.externalId)}}}`);
      for (const group of await on.groups()) known.set(group.id, '{{everyone}}');
      const received = recording.received();
      for (const one of received) expectHeaders(one, recording.host, on);
      const lines = received.map(({ line, body }) => named(body === '' ? line : `${line} ${body}`, known));
      const probes = lines.splice(0, 2).map((line) => line.replace(/(?<=%22)[\da-f-]{36}(?=%22)/, '{{guid}}'));
      expect(probes).toEqual([
        step('Test Connection requests a user that does not exist'),
        step('Test Connection requests a group that does not exist'),
      ]);
      return lines;
    };

    for (const person of people) {
      await on.make(person, {
        objectId: objectIdOf(person),
        jobTitle: 'Engineer',
        department: 'Sales',
        employeeId: `E-${person}`,
      });
    }
    await updateSourceUser(engine, tenant, objectIdOf('bjorn'), { manager: objectIdOf('ann') });
    await createSourceGroup(engine, tenant, { displayName: 'Everyone', objectId: GROUP_ID });
    await addMembers(engine, tenant, GROUP_ID, people.map(objectIdOf));
    expect(await cycle()).toEqual([
      ...people.flatMap((person) => [
        step('matches before the creation: no user', { 'person.userName': person }),
        `POST /scim/v2/Users${query} ${creationOf(person)}`,
      ]),
      step('matches a group'),
      step('creates a group'),
      step('sets the manager with a string'),
      ...people.map((person) => step('adds the members one at a time', { '{{person.key}}': `{{${person}}}` })),
    ]);

    const change = async (person: Person, values: object) => {
      await updateSourceUser(engine, tenant, objectIdOf(person), { ...values });
      return await cycle();
    };
    const read = step('reads the user before the update');
    const married = {
      displayName: 'Ann Keller',
      surname: 'Keller',
      userPrincipalName: 'ann.keller@contoso.example',
      mobile: '55555555555',
      department: 'Research',
    };
    expect(await change('ann', married)).toEqual([read, step('updates several attributes')]);
    expect(await change('ann', { extensionAttribute1: 'Annie' })).toEqual([read, step('adds a single attribute')]);
    const address = { physicalDeliveryOfficeName: '18/2111', country: 'CH' };
    expect(await change('ann', address)).toEqual([read, step('sets the parts of an address that does not exist yet')]);
    const op = flag ? 'replace' : 'Replace';
    expect(await change('ann', { jobTitle: 'Head' })).toEqual([
      read,
      patch('/Users/{{ann}}', `[{"op":"${op}","path":"title","value":"Head"}]`),
    ]);

    const readBjorn = read.replace('ann', 'bjorn');
    await disableSourceUser(engine, tenant, objectIdOf('bjorn'));
    expect(await cycle()).toEqual([readBjorn, step('disable')]);
    await enableSourceUser(engine, tenant, objectIdOf('bjorn'));
    expect(await cycle()).toEqual([readBjorn, step('restore')]);
    const leaving = await change('chloe', { accountEnabled: false, jobTitle: 'On leave' });
    expect(leaving).toEqual([
      read.replace('ann', 'chloe'),
      flag
        ? step('disables the user and changes another attribute')
        : patch(
            '/Users/{{chloe}}',
            '[{"op":"Replace","path":"active","value":"False"},{"op":"Replace","path":"title","value":"On leave"}]',
          ),
    ]);
    // §1.6: The new value is a plain string, whether or not the user already had a manager.
    expect(await change('bjorn', { manager: objectIdOf('yael') })).toEqual([
      readBjorn,
      patch('/Users/{{bjorn}}', `[{"op":"${op}","path":"${E}:manager","value":"{{yael}}"}]`),
    ]);

    await removeMembers(engine, tenant, GROUP_ID, [objectIdOf('ann')]);
    expect(await cycle()).toEqual([
      step(flag ? 'removes a member with a filter' : 'removes a member with a value array'),
    ]);
    await updateSourceGroup(engine, tenant, GROUP_ID, { displayName: 'All staff' });
    expect(await cycle()).toEqual([
      step('reads the group without its members'),
      // Expects the request of §1.5. The recorded conversation contains a different request here, which Microsoft's validator sends.
      patch('/Groups/{{everyone}}', `[{"op":"${op}","path":"displayName","value":"All staff"}]`),
    ]);
    await purgeSourceUser(engine, tenant, objectIdOf('yael'));
    await deleteSourceGroup(engine, tenant, GROUP_ID);
    // The user who lost the manager is read but not changed, because null values are never provisioned (§1.4).
    expect(await cycle()).toEqual([
      step('deletes the user permanently in Entra ID'),
      readBjorn,
      step('deletes the group'),
    ]);
    expect(await cycle()).toEqual([]);
  });
});

/** Returns the body that creates a user (§1.4): first the attributes of the documented sample in its order, and then the others. */
function creationOf(person: Person): string {
  return `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","${E}"],"externalId":"${objectIdOf(person)}","userName":"${person}","active":true,"displayName":"${person}","emails":[{"primary":true,"type":"work","value":"${person}@contoso.example"}],"meta":{"resourceType":"User"},"name":{"formatted":"${person}","familyName":"Lee","givenName":"${person}"},"roles":[],"title":"Engineer","${E}":{"department":"Sales","employeeNumber":"E-${person}"}}`;
}

function personOf(objectId: string): string {
  return people.find((person) => objectIdOf(person) === objectId) ?? objectId;
}

function named(line: string, known: ReadonlyMap<string, string>): string {
  return [...known].reduce((text, [id, name]) => text.replaceAll(id, name), line);
}

/** Asserts that a request has exactly the headers of §1.1 in this order, without User-Agent. */
function expectHeaders(received: Received, host: string, { server }: TestEngine): void {
  const { headers, line, body } = received;
  expect(headersOf(received), line).toEqual(body === '' ? READING : WRITING);
  expect(Object.fromEntries(headers)).toMatchObject({
    Host: host,
    Authorization: `Bearer ${server.key}`,
    ADSCIMVersion: expect.stringMatching(/^Date:2026-01-05T09:\d\d:\d\dZ, ActivityId:[\da-f-]{36}$/),
    ...(body !== '' && {
      'Content-Type': 'application/scim+json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  });
}
