import { describe, expect, it } from 'vitest';
import { QUOTED_BODY_MAX } from './failure-text.ts';
import { openTargetClient } from './open-target-client.ts';
import {
  listOf,
  noFaults,
  optionsFor,
  startScriptedServer,
  TOKEN,
  type Script,
  type Scripted,
} from './scripted-server.fixture.ts';
import { TargetError, type TargetClient, type TargetFailure, type WireExchange } from './target-client.ts';

const names = ['userName', 'active', 'displayName'];
const record = () => {};
const P = 'SystemForCrossDomainIdentityManagement';
const INCOMPATIBLE = `${P}ServiceIncompatible`;
const FILTERING = `${P}ServiceIncompatibleFiltering`;
const html = { body: '<html><body>Blocked</body></html>', headers: { 'content-type': 'text/html' } };

async function withServer<Result>(
  script: Script,
  work: (client: TargetClient, lines: () => readonly string[]) => Promise<Result>,
) {
  await using server = await startScriptedServer(script);
  const client = openTargetClient(optionsFor(server.url));
  try {
    return await work(client, () => server.received.map(({ line, body }) => (body === '' ? line : `${line} ${body}`)));
  } finally {
    await client.close();
  }
}

type Ask = (client: TargetClient) => Promise<unknown>;
const ask = {
  probe: (client) => client.probe({ user: 'userName', group: 'displayName' }, record),
  query: (client) => client.query('User', { attribute: 'userName', value: 'x' }, names, record),
  queryGroup: (client) => client.query('Group', { attribute: 'displayName', value: 'x' }, names, record),
  read: (client) => client.read('User', 'x', names, record),
  readGroup: (client) => client.read('Group', 'x', names, record),
  create: (client) => client.create('User', new Map([['userName', 'x']]), names, record),
  update: (client) =>
    client.update('User', 'x', [{ target: 'active', op: 'replace', value: false }], { withoutFlag: false }, record),
  members: (client) => client.changeMembers('x', { op: 'add', memberIds: ['a'] }, { withoutFlag: false }, record),
  remove: (client) => client.remove('User', 'x', record),
  list: (client) => Array.fromAsync(client.list('User', names, record)),
} satisfies Record<string, Ask>;
const asking: Readonly<Record<keyof typeof ask, Ask>> = ask;

async function failureOf(scripted: Scripted, what: keyof typeof ask): Promise<TargetFailure> {
  return await withServer(
    () => scripted,
    async (client) => {
      try {
        await asking[what](client);
      } catch (error) {
        if (error instanceof TargetError) return error.failure;
        throw error;
      }
      throw new Error(`${what} did not fail`);
    },
  );
}

describe('a response that Entra ID does not accept', () => {
  it.each<[number, keyof typeof ask, string, 'object' | 'endpoint']>([
    [400, 'create', `${P}BadRequest`, 'object'],
    [400, 'update', `${P}BadRequest`, 'object'],
    [400, 'query', FILTERING, 'object'],
    [400, 'probe', FILTERING, 'endpoint'],
    [401, 'update', 'Unauthorized', 'endpoint'],
    [401, 'query', 'Unauthorized', 'endpoint'],
    [403, 'create', 'InsufficientRights', 'object'],
    [403, 'query', 'InsufficientRights', 'endpoint'],
    [404, 'query', INCOMPATIBLE, 'endpoint'],
    [404, 'create', INCOMPATIBLE, 'endpoint'],
    [404, 'list', INCOMPATIBLE, 'endpoint'],
    [404, 'probe', INCOMPATIBLE, 'endpoint'],
    [405, 'remove', 'MethodNotAllowed', 'object'],
    [408, 'update', 'Timeout', 'object'],
    [409, 'create', 'EntryConflict', 'object'],
    [409, 'update', 'EntryConflict', 'object'],
    [409, 'query', FILTERING, 'object'],
    [410, 'read', `${P}BadRequest`, 'object'],
    [418, 'members', `${P}BadRequest`, 'object'],
    [422, 'create', 'UnprocessableEntity', 'object'],
    [429, 'update', 'TooManyRequests', 'object'],
    [500, 'read', 'InternalServerError', 'object'],
    [500, 'probe', 'InternalServerError', 'endpoint'],
    [501, 'members', 'NotImplemented', 'object'],
    [502, 'read', 'InternalServerError', 'object'],
    [504, 'read', 'Timeout', 'object'],
    [302, 'read', 'WebExceptionProtocolError', 'endpoint'],
    [304, 'query', 'WebExceptionProtocolError', 'endpoint'],
    [600, 'read', 'WebExceptionProtocolError', 'object'],
  ])('with the status %d for the operation %s causes the failure %s', async (status, what, errorCode, scope) => {
    const failure = await failureOf({ status, body: status === 304 ? '' : { detail: 'because' } }, what);
    expect(failure).toMatchObject({ errorCode, scope, status, retryAfterMs: null });
    if (status !== 304) expect(failure.reason).toContain('Web Response: {"detail":"because"}');
  });

  it('is quoted in the reason for the failure in the same way as in the portal', async () => {
    const error = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '400', detail: 'no' };
    expect((await failureOf({ status: 400, body: error }, 'create')).reason).toBe(
      `StatusCode: BadRequest Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the 'Response' property of this exception for details. Web Response: ${JSON.stringify(error)}`,
    );
    expect((await failureOf({ status: 404, ...html }, 'query')).reason).toMatch(
      /^An HTTP\/404 Not Found response was returned rather than the expected HTTP\/200 OK response\. .*Web Response: <html>/,
    );
    expect((await failureOf({ status: 409, body: error }, 'create')).reason).toMatch(
      /^Message: .* 409: .*Web Response: \{/,
    );
    const longest = await failureOf({ status: 500, body: 'a'.repeat(QUOTED_BODY_MAX) }, 'read');
    expect(longest.reason).toMatch(new RegExp(`: a{${QUOTED_BODY_MAX}}$`));
    const tooLong = await failureOf({ status: 500, body: 'a'.repeat(QUOTED_BODY_MAX + 1) }, 'read');
    expect(tooLong.reason).toMatch(new RegExp(`: a{${QUOTED_BODY_MAX}}…$`));
    const detail = `The name is taken. ${'b'.repeat(QUOTED_BODY_MAX)}`;
    expect((await failureOf({ status: 400, body: { ...error, detail } }, 'create')).reason).toMatch(
      /Web Response: The name is taken\. b+…$/,
    );
  });

  it('is quoted in the reason for the failure without the token', async () => {
    for (const what of ['create', 'query', 'read'] as const) {
      const failure = await failureOf({ status: what === 'read' ? 200 : 400, body: { token: TOKEN } }, what);
      expect(failure.reason).toContain('{"token":"********"}');
    }
  });

  it('causes a failure that includes the time from the Retry-After header', async () => {
    const failure = await failureOf({ status: 429, headers: { 'retry-after': '3600' } }, 'update');
    expect(failure).toMatchObject({ errorCode: 'TooManyRequests', retryAfterMs: 3_600_000 });
  });

  it.each<[string, keyof typeof ask, unknown, 'object' | 'endpoint', string]>([
    ['HTML', 'query', html.body, 'endpoint', 'not JSON'],
    ['HTML', 'read', html.body, 'endpoint', 'not JSON'],
    ['HTML', 'update', html.body, 'endpoint', 'not JSON'],
    ['an empty body', 'query', '', 'endpoint', 'empty'],
    ['an empty body', 'create', '', 'endpoint', 'empty'],
    ['null', 'read', 'null', 'endpoint', 'not a JSON object'],
    ['an array', 'query', [], 'endpoint', 'not a JSON object'],
    ['a resource instead of a list', 'query', { id: 'a', userName: 'x' }, 'endpoint', 'totalResults'],
    ['a resource instead of a list', 'list', { id: 'a', userName: 'x' }, 'endpoint', 'totalResults'],
    ['totalResults as a string', 'query', { ...listOf(), totalResults: '0' }, 'endpoint', 'totalResults'],
    ['an object as Resources', 'query', { ...listOf(), Resources: {} }, 'endpoint', 'Resources'],
    ['totalResults of 1 without Resources', 'query', { totalResults: 1 }, 'object', 'no Resources'],
    ['a null resource', 'query', { totalResults: 1, Resources: [null] }, 'object', 'not an object'],
    ['a resource without an id', 'query', listOf({ userName: 'x' }), 'object', 'no id'],
    ['a resource without an id', 'list', listOf({ userName: 'x' }), 'object', 'no id'],
    ['a resource without an id', 'create', { userName: 'x' }, 'object', 'no id'],
    ['an empty id', 'create', { id: '' }, 'object', 'no id'],
    ['"True" as a boolean', 'read', { id: 'a', active: 'True' }, 'object', 'active is "True"'],
    ['"True" in an element', 'read', { id: 'a', emails: [{ primary: 'True' }] }, 'object', 'primary of emails'],
    ['a string as name', 'read', { id: 'a', name: 'Ann' }, 'object', 'name is not an object'],
    ['a string as meta', 'readGroup', { id: 'a', meta: 'x' }, 'object', 'meta is not an object'],
    ['a string as emails', 'read', { id: 'a', emails: 'a@b.example' }, 'object', 'emails is not a list'],
    ['strings as roles', 'read', { id: 'a', roles: ['Admin'] }, 'object', 'element of roles'],
    [
      'a string as manager',
      'read',
      { id: 'a', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user': { Manager: 'm' } },
      'object',
      'manager is not an object',
    ],
  ])('with %s for the operation %s causes a ServiceIncompatible failure', async (_, what, body, scope, detail) => {
    const failure = await failureOf({ body }, what);
    expect(failure).toMatchObject({ errorCode: INCOMPATIBLE, scope, status: 200 });
    expect(failure.reason).toMatch(/^We are not able to deserialize the resource received from your SCIM endpoint/);
    expect(failure.reason).toContain(detail);
  });

  it.each<[keyof typeof ask, object]>([
    ['readGroup', { id: 'g', displayName: 'x', members: [{ value: 'a' }] }],
    ['queryGroup', listOf({ id: 'g', displayName: 'x', Members: [{ value: 'a' }] })],
    ['query', { ...listOf({ id: 'a' }), totalResults: 2 }],
  ])('with several entries for the operation %s causes a MultipleEntriesInResponse failure', async (what, body) => {
    expect(await failureOf({ body }, what)).toMatchObject({
      errorCode: `${P}MultipleEntriesInResponse`,
      scope: 'object',
    });
  });

  it.each<[string, Scripted, keyof typeof ask, string, 'object' | 'endpoint']>([
    ['a closed connection', (response) => response.destroy(), 'create', 'WebExceptionProtocolError', 'object'],
    ['a closed connection', (response) => response.destroy(), 'probe', 'WebExceptionProtocolError', 'endpoint'],
    ['a response that is too long', { body: 'a'.repeat(17_000_000) }, 'read', INCOMPATIBLE, 'object'],
  ])('in the form of %s causes a failure without a status', async (...[, scripted, what, errorCode, scope]) => {
    expect(await failureOf(scripted, what)).toMatchObject({ errorCode, scope, status: null });
  });

  it('that never arrives causes different errors for a timeout, a closed client and a refused connection', async () => {
    await using server = await startScriptedServer(() => () => {});
    const slow = openTargetClient(optionsFor(server.url, { requestTimeoutMs: 30 }));
    await expect(ask.create(slow)).rejects.toMatchObject({ failure: { errorCode: 'Timeout', scope: 'object' } });
    await slow.close();
    await expect(ask.create(slow)).rejects.toMatchObject({ kind: 'closed' });
    const unreachable = openTargetClient(optionsFor('http://127.0.0.1:1'));
    const failure = { errorCode: 'WebExceptionProtocolError', scope: 'endpoint', status: null };
    await expect(ask.create(unreachable)).rejects.toMatchObject({ failure });
    await unreachable.close();
  });
});

describe('a response that Entra ID accepts', () => {
  const ann = { id: 'a', userName: 'ann', active: true, name: null, emails: null };
  const found = {
    id: 'a',
    attributes: new Map<string, unknown>([
      ['userName', 'ann'],
      ['active', true],
    ]),
  };

  it.each<[string, keyof typeof ask, Scripted, unknown]>([
    ['an empty list', 'query', { body: listOf() }, []],
    ['totalResults of 0 without Resources', 'query', { body: { totalResults: 0 } }, []],
    ['a list of one resource', 'query', { body: listOf(ann) }, [found]],
    ['a list of several resources, which the engine reports', 'query', { body: listOf(ann, ann) }, [found, found]],
    ['another media type', 'query', { body: listOf(ann), headers: { 'content-type': 'text/plain' } }, [found]],
    ['a byte order mark', 'query', { body: `\uFEFF${JSON.stringify(listOf(ann))}` }, [found]],
    [
      'names in another case',
      'query',
      { body: { TotalResults: 1, resources: [{ ID: 'a', Username: 'ann', Active: true }] } },
      [found],
    ],
    ['a resource', 'read', { body: ann }, found],
    ['404', 'read', { status: 404, body: {} }, undefined],
    [
      'a group with an empty list of members',
      'readGroup',
      { body: { id: 'g', members: [] } },
      { id: 'g', attributes: new Map() },
    ],
    ['201', 'create', { status: 201, body: ann }, found],
    ['200', 'create', { body: ann }, found],
    ['200 with a resource', 'update', { body: ann }, true],
    ['200 without a body', 'update', { body: '' }, true],
    ['204', 'update', { status: 204 }, true],
    ['404', 'update', { status: 404, ...html }, false],
    ['204', 'members', { status: 204 }, true],
    ['200 with members', 'members', { body: { id: 'g', members: [{ value: 'a' }] } }, true],
    ['404', 'members', { status: 404 }, false],
    ['204', 'remove', { status: 204 }, undefined],
    ['200 with HTML', 'remove', { ...html }, undefined],
    ['404', 'remove', { status: 404 }, undefined],
    ['lists', 'probe', { body: listOf() }, undefined],
  ])('with %s for the operation %s is read', async (_, what, scripted, result) => {
    expect(await withServer(() => scripted, asking[what])).toEqual(result);
  });
});

describe('the target client', () => {
  it('sends the same requests as Entra ID (§1.3)', async () => {
    const lines = await withServer(
      (received) => ({ body: received.line.includes('filter') ? listOf() : { id: 'x' } }),
      async (client, lines) => {
        for (const what of [
          'query',
          'queryGroup',
          'read',
          'readGroup',
          'create',
          'update',
          'members',
          'remove',
        ] as const) {
          await asking[what](client);
        }
        return lines();
      },
    );
    expect(lines).toEqual([
      'GET /Users?filter=userName+eq+%22x%22',
      'GET /Groups?excludedAttributes=members&filter=displayName+eq+%22x%22',
      'GET /Users/x',
      'GET /Groups/x?excludedAttributes=members',
      'POST /Users {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"x","meta":{"resourceType":"User"},"roles":[]}',
      'PATCH /Users/x {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}',
      'PATCH /Groups/x {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"a"}]}]}',
      'DELETE /Users/x',
    ]);
  });

  it('probes only users if groups are not provisioned, and sends nothing for an empty change', async () => {
    const lines = await withServer(
      () => ({ body: listOf() }),
      async (client, lines) => {
        await client.probe({ user: 'externalId', group: null }, record);
        await client.update('User', 'x', [], { withoutFlag: false }, record);
        await client.changeMembers('x', { op: 'add', memberIds: [] }, { withoutFlag: false }, record);
        return lines();
      },
    );
    expect(lines).toEqual([
      expect.stringMatching(/^GET \/Users\?filter=externalId\+eq\+%22[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}%22$/),
    ]);
  });

  it('writes each PATCH in the format for the flag in the Tenant URL, unless withoutFlag is set', async () => {
    await using server = await startScriptedServer(() => ({ status: 204 }));
    const client = openTargetClient(optionsFor(`${server.url}/?aadOptscim062020`));
    for (const withoutFlag of [false, true]) {
      await client.update('User', 'x', [{ target: 'active', op: 'replace', value: false }], { withoutFlag }, record);
      await client.changeMembers('x', { op: 'remove', memberIds: ['a'] }, { withoutFlag }, record);
    }
    await client.close();
    expect(server.received.map(({ body }) => JSON.parse(body).Operations)).toEqual([
      [{ op: 'replace', path: 'active', value: false }],
      [{ op: 'remove', path: 'members[value eq "a"]' }],
      [{ op: 'Replace', path: 'active', value: 'False' }],
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }],
    ]);
  });

  it('records every exchange, including the exchanges that a fault adds', async () => {
    await using server = await startScriptedServer(() => ({ body: { id: 'x' } }));
    const exchanges: WireExchange[] = [];
    const client = openTargetClient(optionsFor(server.url, { faults: { ...noFaults, duplicateEvery: 1 } }));
    await client.create('User', new Map([['userName', 'x']]), names, (exchange) => void exchanges.push(exchange));
    await client.close();
    expect(exchanges.map(({ request, error }) => [request.method, error === null])).toEqual([
      ['POST', false],
      ['POST', true],
    ]);
  });
});

describe('a list', () => {
  const people = Array.from({ length: 11 }, (_, index) => ({ id: `u${index + 1}`, userName: `n${index + 1}` }));
  const page = (line: string, most = 100) => {
    const { searchParams } = new URL(line.slice(4), 'http://host.example');
    const start = Number(searchParams.get('startIndex'));
    const resources = people.slice(start - 1, start - 1 + Math.min(Number(searchParams.get('count')), most));
    return { ...listOf(...resources), totalResults: people.length };
  };

  it.each([
    ['pages of the requested size', 100, ['1', '6', '11']],
    ['smaller pages if the target returns smaller pages', 3, ['1', '4', '7', '10']],
  ])('is read in %s', async (_, most, starts) => {
    await using server = await startScriptedServer(({ line }) => ({ body: page(line, most) }));
    const client = openTargetClient(optionsFor(`${server.url}?aadOptscim062020`, { wireOptions: { pageSize: 5 } }));
    const listed = await Array.fromAsync(client.list('User', ['userName'], record));
    await client.close();
    expect(listed.map(({ id }) => id)).toEqual(people.map(({ id }) => id));
    expect(server.received.map(({ line }) => line)).toEqual(
      starts.map((start) => `GET /Users?aadOptscim062020&startIndex=${start}&count=5`),
    );
  });

  it('ends at an empty page, and is empty if the target has no users', async () => {
    expect(
      await withServer(
        (_, index) => ({ body: index === 0 ? { ...listOf({ id: 'a' }), totalResults: 9 } : { totalResults: 9 } }),
        ask.list,
      ),
    ).toHaveLength(1);
    expect(await withServer(() => ({ body: listOf() }), ask.list)).toEqual([]);
  });

  it('of groups is requested without the members', async () => {
    const lines = await withServer(
      () => ({ body: listOf() }),
      async (client, lines) => {
        await Array.fromAsync(client.list('Group', [], record));
        return lines();
      },
    );
    expect(lines).toEqual(['GET /Groups?excludedAttributes=members&startIndex=1&count=100']);
  });

  it('fails with ServiceIncompatible if the server returns the same page again', async () => {
    expect(await failureOf({ body: { ...listOf({ id: 'a' }), totalResults: 9 } }, 'list')).toMatchObject({
      errorCode: INCOMPATIBLE,
      scope: 'endpoint',
    });
  });
});
