import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSections } from '#conformance/all-sections.ts';
import type { Section } from '#conformance/check.ts';
import { BYTES_SENT_MAX, OPERATIONS_SENT_MAX } from '#conformance/checks/bulk-limits.ts';
import type { Report } from '#conformance/report.ts';
import { runConformance, UNANSWERED_REQUESTS_MAX } from '#conformance/run-conformance.ts';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import {
  alterAnswer,
  at,
  errorAnswer,
  alterResources,
  startBrokenServer,
  alterRequest,
  without,
  type Fault,
} from './broken-server.ts';
import { changeFaults } from './faults/change-faults.ts';
import { discoveryFaults } from './faults/discovery-faults.ts';
import { entraFaults } from './faults/entra-faults.ts';
import { queryFaults } from './faults/query-faults.ts';
import { resourceFaults } from './faults/resource-faults.ts';

const faults = [...discoveryFaults, ...resourceFaults, ...queryFaults, ...changeFaults, ...entraFaults];

let server: RunningServer;
let client: ScimClient;
beforeAll(async () => {
  server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
  client = scimClient(server.scimUrl, server.key);
  await client.post('/Users', { userName: 'resident' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Returns all sections, reduced to the checks with these ids. */
function only(ids: readonly string[]): readonly Section[] {
  return allSections.map((section) => ({
    ...section,
    checks: section.checks.filter((check) => ids.includes(check.id)),
  }));
}

async function testBroken(fault: Fault, sections: readonly Section[], { timeoutMs = 10_000 } = {}): Promise<Report> {
  await using broken = await startBrokenServer(server.scimUrl, fault);
  return await runConformance(sections, {
    url: broken.scimUrl,
    token: server.key,
    usersOnly: false,
    timeoutMs,
    signal: new AbortController().signal,
  });
}

const verdictsOf = (report: Report) => Object.fromEntries(report.results.map(({ id, verdict }) => [id, verdict]));

describe('a server with a fault', () => {
  test.for(faults.map((fault) => [fault.name, fault] as const))(
    'fails the expected checks if %s',
    async ([, { fault, foundBy }]) => {
      const report = await testBroken(fault, only(foundBy));
      const found = report.results
        .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
        .map(({ id }) => id);
      expect(found.toSorted(), JSON.stringify(verdictsOf(report))).toEqual(foundBy.toSorted());
    },
  );

  test('passes the same checks once the fault is removed', async () => {
    const report = await testBroken(
      (request, forward) => forward(request),
      only(faults.flatMap(({ foundBy }) => foundBy)),
    );
    expect(report.results.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id)).toEqual([]);
  });

  test('fails at least one check of every section', () => {
    const found = new Set(faults.flatMap(({ foundBy }) => foundBy));
    const unproven = allSections.filter((section) =>
      section.checks.every(({ id, unless }) => unless === undefined && !found.has(id)),
    );
    expect(unproven.map(({ title }) => title)).toEqual([]);
  });
});

describe('a feature that the server declares as unsupported', () => {
  const declaredUnsupported = (name: string): Fault =>
    at(
      /ServiceProviderConfig$/,
      alterAnswer(({ body }) => ({ body: { ...body, [name]: { ...body[name], supported: false } } })),
    );
  const refusing = (name: string, path: RegExp, method: string): Fault => {
    const declared = declaredUnsupported(name);
    return async (request, forward) =>
      path.test(request.path) && request.method === method ? errorAnswer(501) : await declared(request, forward);
  };

  test('is skipped, except for the check of how the server refuses it', async () => {
    const report = await testBroken(refusing('bulk', /^\/Bulk$/, 'POST'), only(['bulk.post', 'bulk.refused']));
    expect(report.results).toMatchObject([
      { id: 'bulk.post', verdict: 'skipped', reason: 'bulk.supported is false in ServiceProviderConfig' },
      { id: 'bulk.refused', verdict: 'pass' },
    ]);
    const patch = await testBroken(refusing('patch', /^\/Users\//, 'PATCH'), only(['patch.status', 'patch.refused']));
    expect(verdictsOf(patch)).toEqual({ 'patch.status': 'skipped', 'patch.refused': 'pass' });
    const search = await testBroken(
      at(/\.search$/, async () => errorAnswer(501)),
      only(['search.users', 'search.refused']),
    );
    expect(verdictsOf(search)).toEqual({ 'search.users': 'skipped', 'search.refused': 'pass' });
  });

  test('fails the check of the refusal if the server does not refuse it', async () => {
    const bulk = await testBroken(declaredUnsupported('bulk'), only(['bulk.refused']));
    expect(verdictsOf(bulk)).toEqual({ 'bulk.refused': 'fail' });
    const patch = await testBroken(declaredUnsupported('patch'), only(['patch.refused']));
    expect(verdictsOf(patch)).toEqual({ 'patch.refused': 'fail' });
  });

  test('can also be an attribute that /Schemas does not list, and the checks that need it are skipped', async () => {
    const noNickName = at(
      /^\/Schemas/,
      alterResources((schema) => ({
        ...schema,
        attributes: schema.attributes.filter((one: { name: string }) => one.name !== 'nickName'),
      })),
    );
    const report = await testBroken(noNickName, only(['filter.pr', 'names.body', 'filter.eq']));
    expect(verdictsOf(report)).toEqual({ 'names.body': 'skipped', 'filter.pr': 'skipped', 'filter.eq': 'pass' });
  });
});

describe('a check of a bulk limit', () => {
  const limited = (name: string, limit: number) => {
    const sent: number[] = [];
    const fault: Fault = async (request, forward) => {
      if (request.path === '/Bulk') {
        sent.push(name === 'maxOperations' ? request.body.Operations.length : request.received.text.length);
        return errorAnswer(413);
      }
      return await at(
        /ServiceProviderConfig$/,
        alterAnswer(({ body }) => ({ body: { ...body, bulk: { ...body.bulk, [name]: limit } } })),
      )(request, forward);
    };
    return { fault, sent };
  };

  test.for([
    ['maxOperations', OPERATIONS_SENT_MAX, 'bulk.too-many'],
    ['maxPayloadSize', BYTES_SENT_MAX, 'bulk.too-large'],
  ] as const)(
    'is skipped if exceeding %s would take a larger request than the tester sends',
    async ([name, limit, id]) => {
      const within = limited(name, limit - 1);
      expect(verdictsOf(await testBroken(within.fault, only([id])))).toEqual({ [id]: 'pass' });
      expect(within.sent).toEqual([limit]);
      const past = limited(name, limit);
      expect(verdictsOf(await testBroken(past.fault, only([id])))).toEqual({ [id]: 'skipped' });
      expect(past.sent).toEqual([]);
    },
  );
});

describe('a server that stops answering', () => {
  const silent: Fault = async (request, forward) => {
    if (request.path === '/Users/no-such-id') throw new Error('The connection is cut.');
    return await forward(request);
  };
  const checks = ['retrieve.unknown', 'put.unknown', 'patch.unknown', 'delete.unknown'];

  test('fails the check that sent the unanswered request', async () => {
    const report = await testBroken(silent, only(checks.slice(0, UNANSWERED_REQUESTS_MAX - 1)));
    expect(report.ended).toBe('complete');
    expect(report.results.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
  });

  test('ends the run after the maximum number of unanswered requests', async () => {
    const report = await testBroken(silent, only(checks));
    expect(report.ended).toBe('silent');
    expect(report.results).toHaveLength(UNANSWERED_REQUESTS_MAX);
    expect(report.results[0]?.failure?.got).toContain('/Users/no-such-id');
  });

  test('fails a check whose request gets no response before the timeout', async () => {
    const never: Fault = async (request, forward) =>
      request.path === '/Users/no-such-id' ? await new Promise(() => {}) : await forward(request);
    const report = await testBroken(never, only(['retrieve.unknown']), { timeoutMs: 200 });
    expect(report.results[0]?.failure?.got).toContain('no response arrived in time');
  });
});

describe('the resources that a run creates', () => {
  test('are reported if they cannot be deleted', async () => {
    const keeps: Fault = async (request, forward) =>
      request.method === 'DELETE' ? errorAnswer(500) : await forward(request);
    const report = await testBroken(keeps, only(['create.status']));
    expect(report.leftBehind).toEqual([expect.stringMatching(/^\/Users\/[0-9a-f]+$/)]);
    await client.delete(String(report.leftBehind[0]));
  });

  test('are deleted even if their creation was never answered', async () => {
    const cut: Fault = async (request, forward) => {
      const good = await forward(request);
      if (request.method === 'POST' && good.status === 201) throw new Error('The connection is cut.');
      return good;
    };
    const report = await testBroken(cut, only(['create.status']));
    expect(verdictsOf(report)).toEqual({ 'create.status': 'fail' });
    expect((await client.get('/Users')).body.Resources).toMatchObject([{ userName: 'resident' }]);
  });

  test('are the only resources that it deletes, even if the server ignores filters', async () => {
    const ignoresFilter: Fault = alterRequest(({ query }) => ({ query: without(query, 'filter') }));
    await testBroken(ignoresFilter, only(['create.status', 'filter.eq']));
    expect((await client.get('/Users')).body.Resources).toMatchObject([{ userName: 'resident' }]);
  });
});

test('the report does not contain the token, even if responses of the server do', async () => {
  const repeats = alterAnswer(({ status }) =>
    status === 404 ? { body: { received: server.key }, headers: { 'x-key': server.key } } : {},
  );
  const report = await testBroken(repeats, only(['retrieve.unknown', 'authentication.scheme-case']));
  expect(report.results[1]?.exchanges).toHaveLength(1);
  expect(JSON.stringify(report)).not.toContain(server.key);
});
