import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { allItems, type GraphClient } from './client.ts';
import type { ServicePrincipal } from './client-types.ts';
import { refusal } from './graph-api.fixture.ts';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

let fixture: TestProvisioning;
let client: GraphClient;
let application: ServicePrincipal;
let jobId: string;
let job: TestProvisioning['job'];
beforeAll(async () => {
  fixture = await openTestProvisioning();
  ({ client, application, jobId, job } = fixture);
  await client.servicePrincipals.saveSecrets(application.id, fixture.credentials());
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('provision on demand', () => {
  test('responds in Graph’s documented format, and skips an object that has not changed since', async () => {
    const ann = await fixture.makeUser('ann', { jobTitle: 'Pilot' });
    await fixture.assign(ann);
    const path = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}/provisionOnDemand`;
    const schema = await job.schema();
    const ruleId = schema.synchronizationRules[0]?.id;
    const parameters = [{ subjects: [{ objectId: ann.id, objectTypeName: 'User' }], ruleId }];
    const { status, body } = await fixture.graph.send('POST', path, { parameters });
    expect(status).toBe(200);
    expect(body['@odata.context']).toContain('$metadata#microsoft.graph.stringKeyStringValuePair');
    expect(JSON.parse(body.key)).toEqual({ result: 'Success', details: {} });
    const value = JSON.parse(body.value);
    expect(value).toMatchObject({
      action: 'Create',
      reportableIdentifier: 'ann@contoso.example',
      statusInfo: { status: 'Success', errorCode: null },
      sourceIdentity: { id: ann.id, type: 'User', displayName: null, details: null },
      sourceSystem: { id: null, name: 'Azure Active Directory', details: null },
      targetIdentity: { type: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' },
      targetSystem: { id: null, name: 'customappsso', details: null },
    });
    expect(value.provisioningSteps[0]).toMatchObject({
      name: 'EntryImport',
      type: 'Import',
      status: 'Success',
      description: "Retrieved User 'ann@contoso.example' from Azure Active Directory",
    });
    expect(value.modifiedProperties).toContainEqual({ displayName: 'title', oldValue: null, newValue: 'Pilot' });
    expect(body['@tanhua.exchanges'].map(({ request }: { request: { method: string } }) => request.method)).toContain(
      'POST',
    );
    const ranges: readonly [number, number][] = body['@tanhua.stepExchanges'];
    expect(ranges).toHaveLength(value.provisioningSteps.length);
    expect(ranges.at(-1)?.[1]).toBe(body['@tanhua.exchanges'].length);
    expect(body.value).not.toContain(fixture.graph.scimKey);
    expect(JSON.stringify(body['@tanhua.exchanges'])).not.toContain(fixture.graph.scimKey);
    const again = await job.provisionOnDemand('User', ann.id);
    expect(again.key).toMatchObject({ result: 'Skipped', details: { errorCode: 'RedundantExport' } });
  });

  testOnSqlite('accepts five requests in ten seconds and rejects the sixth', async () => {
    fixture.graph.directory.clock.advance(60_000);
    const stranger = await fixture.makeUser('stranger');
    for (let count = 0; count < 5; count += 1) {
      const { key } = await job.provisionOnDemand('User', stranger.id);
      expect(key).toMatchObject({ result: 'Skipped', details: { errorCode: 'NotEffectivelyEntitled' } });
    }
    fixture.graph.directory.clock.advance(4_000);
    const sixth = await refusal(job.provisionOnDemand('User', stranger.id));
    expect(sixth).toMatchObject({ status: 429, retryAfter: 6, error: { code: 'TooManyRequests' } });
    fixture.graph.directory.clock.advance(6_000);
    expect((await job.provisionOnDemand('User', stranger.id)).key.result).toBe('Skipped');
    fixture.graph.directory.clock.advance(60_000);
  });

  testOnSqlite(
    'rejects a request with an unknown object, type or rule, with two subjects, or with too many members',
    async () => {
      const path = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}/provisionOnDemand`;
      const ask = async (parameter: object) =>
        (await fixture.graph.send('POST', path, { parameters: [parameter] })).status;
      const subject = { objectId: '11111111-1111-4111-8111-111111111111', objectTypeName: 'User' };
      expect(await ask({ subjects: [subject] })).toBe(404);
      expect(await ask({ subjects: [{ ...subject, objectTypeName: 'Device' }] })).toBe(400);
      expect(await ask({ subjects: [subject, subject] })).toBe(400);
      expect(await ask({ subjects: [subject], ruleId: 'x' })).toBe(400);
      const members = Array.from({ length: 6 }, () => ({ objectId: subject.objectId, objectTypeName: 'User' }));
      expect(await ask({ subjects: [{ ...subject, objectTypeName: 'Group', links: { members } }] })).toBe(400);
      fixture.graph.directory.clock.advance(60_000);
    },
  );
});

describe('cycles and logs', () => {
  test('a cycle provisions the assigned group and its member, and logs what it sent', async () => {
    const bob = await fixture.makeUser('bob');
    const pilots = await client.groups.create({ displayName: 'Pilots' });
    await client.groups.addMember(pilots.id, bob.id);
    await fixture.assign(pilots);
    const end = await job.runCycle(true);
    expect(end).toMatchObject({ state: 'complete', cycle: { kind: 'initial', counts: { created: 2, failed: 0 } } });
    await job.start();
    expect(await job.get()).toMatchObject({ schedule: { state: 'Active' }, status: { code: 'Active' } });
    const done = await job.get();
    expect(done.status.lastSuccessfulExecution).toMatchObject({
      state: 'Succeeded',
      countExported: expect.any(Number),
    });

    const created = await client.logs.list({
      filter: `sourceIdentity/id eq '${bob.id}' and provisioningAction eq 'create'`,
    });
    expect(created.value).toMatchObject([
      {
        jobId,
        provisioningAction: 'create',
        action: 'Create',
        provisioningStatusInfo: { status: 'success', errorInformation: null },
        sourceIdentity: { id: bob.id, displayName: 'bob@contoso.example', identityType: 'User' },
        servicePrincipal: { id: application.id, displayName: 'Tanhua' },
        targetSystem: { displayName: 'customappsso' },
      },
    ]);
    const [entry] = created.value;
    const wire = await client.logs.wire(entry?.id ?? '');
    expect(wire.exchanges.map(({ request }) => request.method)).toEqual(['GET', 'POST']);
    expect(wire.steps).toHaveLength(entry?.provisioningSteps.length ?? 0);
    expect(JSON.stringify(wire)).not.toContain(fixture.graph.scimKey);
    expect((await client.logs.get(entry?.id ?? '')).changeId).toBe(entry?.changeId);
    expect((await refusal(client.logs.wire(application.id))).status).toBe(404);
    expect((await job.compare()).total).toBe(0);
  });

  test('logs can be filtered by each supported property, and by no other property', async () => {
    const [first] = (await client.logs.list({ top: 1 })).value;
    if (first === undefined) throw new Error('There are no logs.');
    const { id, changeId, cycleId, sourceIdentity, targetIdentity } = first;
    const filters = [
      `id eq '${id}'`,
      `changeid eq '${changeId}'`,
      `cycleid eq '${cycleId}' and changeId eq '${changeId}'`,
      `jobid eq '${jobId}' and id eq '${id}'`,
      `activityDateTime le ${first.activityDateTime} and id eq '${id}'`,
      `durationInMilliseconds gt -1 and durationInMilliseconds lt 100000 and id eq '${id}'`,
      `provisioningStatusInfo/status eq 'SUCCESS' and id eq '${id}'`,
      `statusInfo/status eq 'Success' and id eq '${id}'`,
      `sourceSystem/displayName eq 'Azure Active Directory' and id eq '${id}'`,
      `targetSystem/displayName eq 'customappsso' and id eq '${id}'`,
      `sourceIdentity/identityType eq '${sourceIdentity.identityType}' and id eq '${id}'`,
      `targetIdentity/identityType eq '${targetIdentity.identityType}' and id eq '${id}'`,
      `sourceIdentity/displayName eq '${sourceIdentity.displayName}' and id eq '${id}'`,
      `targetIdentity/id eq '${targetIdentity.id}' and id eq '${id}'`,
      `servicePrincipal/id eq '${application.id}' and servicePrincipal/name eq 'Tanhua' and id eq '${id}'`,
      `initiatedBy/displayName eq 'Azure AD Provisioning Service' and id eq '${id}'`,
      `startswith(action,'') and id eq '${id}'`,
    ];
    for (const filter of filters) {
      expect(
        (await client.logs.list({ filter })).value.map((one) => one.id),
        filter,
      ).toEqual([id]);
    }
    for (const filter of ["jobid eq 'x'", "sourceIdentity/identityType eq 'user'", 'activityDateTime lt 2020-01-01']) {
      expect((await client.logs.list({ filter })).value, filter).toEqual([]);
    }
    expect(await refusal(client.logs.list({ filter: "hat eq 'x'" }))).toMatchObject({ status: 400 });
  });

  test('logs have the same entries in pages, as JSON and as CSV', async () => {
    const whole = (await client.logs.list({ top: 999 })).value;
    expect(whole.length).toBeGreaterThan(4);
    const paged = await Array.fromAsync(allItems(client, client.logs.list({ top: 2 })));
    expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    const filter = "provisioningStatusInfo/status eq 'success'";
    const some = await Array.fromAsync(allItems(client, client.logs.list({ top: 1, filter })));
    expect(some.length).toBeGreaterThan(1);
    expect(JSON.parse(await client.logs.json())).toEqual(whole);
    expect(JSON.parse(await client.logs.json("jobid eq 'x'"))).toEqual([]);
    const rows = async (part: 'logs' | 'steps' | 'modifiedProperties'): Promise<readonly Record<string, string>[]> =>
      parse(await client.logs.csv(part, filter), { columns: true });
    expect((await rows('logs')).map((row) => row['changeId'])).toEqual(some.map(({ changeId }) => changeId));
    expect(await rows('steps')).toHaveLength(some.flatMap(({ provisioningSteps }) => provisioningSteps).length);
    expect(await rows('modifiedProperties')).toContainEqual({
      changeId: expect.any(String),
      displayName: 'title',
      oldValue: '',
      newValue: 'Pilot',
    });
    const file = await fixture.graph.send('GET', '/auditLogs/provisioning?format=csv&part=steps');
    expect(file.headers['content-disposition']).toContain('ProvisioningLogs_ProvisioningSteps.csv');
    expect((await fixture.graph.send('GET', '/auditLogs/provisioning?format=csv&$filter=hat eq 1')).status).toBe(400);
  });

  test('a job can be paused, restarted and changed', async () => {
    await job.pause();
    expect(await job.get()).toMatchObject({ schedule: { state: 'Paused' }, status: { code: 'Paused' } });
    await job.restart('Watermark, escrows');
    expect((await job.get()).schedule.state).toBe('Active');
    expect((await refusal(job.restart('Everything'))).error.innerError.target).toBe('criteria.resetScope');
    await job.update({
      schedule: { interval: 'PT1M30S', state: 'Paused' },
      synchronizationJobSettings: [{ name: 'QuarantineTooManyDeletesThreshold', value: '7' }],
    });
    expect(await job.get()).toMatchObject({
      schedule: { interval: 'PT1M30S', state: 'Paused' },
      synchronizationJobSettings: expect.arrayContaining([{ name: 'QuarantineTooManyDeletesThreshold', value: '7' }]),
    });
    expect((await refusal(job.update({ schedule: { interval: '40 minutes' } }))).status).toBe(400);
    expect((await refusal(job.update({ schedule: { interval: 'PT0.5S' } }))).status).toBe(400);
    expect((await refusal(client.servicePrincipals.createJob(application.id))).status).toBe(409);
    expect((await job.escrows()).value).toEqual([]);
    await job.allowDeletes();
    const full = await job.restart();
    expect(full).toBeUndefined();
    await job.pause();
  });

  test('an object that fails is put in escrow, and an unreachable target puts the job in quarantine', async () => {
    const cat = await fixture.makeUser('cat', { userPrincipalName: 'cat.bob@contoso.example', mailNickname: 'ca t' });
    await fixture.assign(cat);
    expect(await job.runCycle(true)).toMatchObject({ state: 'complete', cycle: { counts: { failed: 1 } } });
    expect(await job.escrows()).toMatchObject({
      '@odata.count': 1,
      value: [{ objectId: cat.id, objectTypeName: 'User', stage: 'object', attempts: 1 }],
    });
    const failed = await client.logs.list({
      filter: `provisioningStatusInfo/status eq 'failure' and sourceIdentity/id eq '${cat.id}'`,
    });
    expect(failed.value[0]?.provisioningStatusInfo.errorInformation?.errorCode).toBe(
      'SystemForCrossDomainIdentityManagementBadRequest',
    );
    await job.saveSettings({ tenantUrl: 'http://127.0.0.1:9/scim/v2' });
    expect(await job.runCycle(true)).toMatchObject({ state: 'quarantine', reason: 'EncounteredQuarantineException' });
    expect((await job.get()).status).toMatchObject({ code: 'Quarantine', quarantine: { seriesCount: 1 } });
    expect((await refusal(job.compare())).status).toBe(502);
    await job.saveSettings({ tenantUrl: `${fixture.graph.scimUrl}/` });
    await job.restart('QuarantineState');
    expect((await job.get()).status.quarantine).toBeNull();
    await job.pause();
  });

  test('a cycle is reported as running if the caller does not wait for its end', async () => {
    expect(await job.runCycle()).toMatchObject({ state: 'running' });
    await fixture.graph.entra.cycles.stop();
  });
});

describe('settings and mappings', () => {
  test('a change to the settings returns its consequence, and invalid settings are rejected', async () => {
    expect(await job.saveSettings({ scope: 'all', faults: { dropEvery: 3 } })).toMatchObject({
      scope: 'all',
      faults: { dropEvery: 3, slowReadMs: 0 },
      '@tanhua.consequence': 'resync',
    });
    expect(await job.saveSettings({ scope: 'assigned', faults: { dropEvery: 0 }, concurrency: 4 })).toMatchObject({
      concurrency: 4,
      '@tanhua.consequence': 'restart needed',
    });
    const path = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}/settings`;
    for (const body of [{ concurrency: 0 }, { hat: 1 }, { displayName: 'x' }, { intervalMs: 5 }, { faults: 'x' }]) {
      expect((await fixture.graph.send('PATCH', path, body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  test('the schema can be read, saved and restored, and an invalid schema is rejected', async () => {
    const schema = await job.schema();
    expect(schema).toMatchObject({ id: jobId, directories: [{ name: expect.any(String) }, { name: 'customappsso' }] });
    await job.saveSchema(schema);
    const [rule, ...rules] = schema.synchronizationRules;
    if (rule === undefined) throw new Error('There is no rule.');
    const objectMappings = rule.objectMappings.map((mapping) => ({
      ...mapping,
      attributeMappings: mapping.attributeMappings.filter(({ targetAttributeName }) => targetAttributeName !== 'title'),
    }));
    await job.saveSchema({ ...schema, synchronizationRules: [{ ...rule, objectMappings }, ...rules] });
    expect(JSON.stringify((await job.schema()).synchronizationRules)).not.toContain('"title"');
    await job.restoreSchema('guide');
    expect(JSON.stringify((await job.schema()).synchronizationRules)).toContain('"title"');
    const broken = { ...schema, synchronizationRules: [] };
    expect((await refusal(job.saveSchema(broken))).error.innerError.error_code).toBe('mappingInvalid');
  });

  test('a schema that has changed since it was read is not overwritten', async () => {
    const read = await job.schema();
    const without = (name: string) => {
      const text = JSON.stringify(read, (_key, value: unknown) =>
        Array.isArray(value) ? value.filter((one) => one?.targetAttributeName !== name) : value,
      );
      return JSON.parse(text) as typeof read;
    };
    await job.saveSchema(without('title'), read['@odata.etag']);
    const stale = await refusal(job.saveSchema(without('nickName'), read['@odata.etag']));
    expect([stale.status, stale.error.code, stale.error.innerError.error_code]).toEqual([
      412,
      'PreconditionFailed',
      'versionMismatch',
    ]);
    const now = await job.schema();
    expect(JSON.stringify(now.synchronizationRules)).not.toContain('"title"');
    await job.saveSchema(read, now['@odata.etag']);
    expect((await job.schema())['@odata.etag']).toBe(read['@odata.etag']);
  });

  testOnSqlite('expressions are parsed and evaluated, and their errors are reported', async () => {
    const parsed = await job.parseExpression('Replace([preferredLanguage], "-", , , "_", ,  )', [
      { key: 'preferredLanguage', value: 'EN-US' },
    ]);
    expect(parsed).toMatchObject({
      error: null,
      evaluationSucceeded: true,
      evaluationResult: ['EN_US'],
      parsingSucceeded: true,
      parsedExpression: {
        name: 'Replace',
        type: 'Function',
        expression: 'Replace([preferredLanguage], "-", , , "_", , )',
      },
    });
    expect(await job.parseExpression('Replace(')).toMatchObject({
      parsingSucceeded: false,
      error: { code: 'expressionSyntax', message: expect.any(String) },
    });
    expect(await job.parseExpression('[mail]')).toMatchObject({
      parsingSucceeded: true,
      evaluationSucceeded: false,
      error: null,
    });
    expect(await job.parseExpression('DefaultDomain()', [])).toMatchObject({ evaluationResult: ['contoso.example'] });
    expect(await job.parseExpression('CDate("x")', [])).toMatchObject({
      parsingSucceeded: true,
      evaluationSucceeded: false,
    });
    const functions = (await job.functions()).value;
    expect(functions.find(({ name }) => name === 'ToLower')).toMatchObject({
      '@tanhua.signature': 'ToLower(source, [culture])',
      '@tanhua.summary': expect.stringContaining('lower'),
    });
    expect((await job.filterOperators()).value).toContainEqual(
      expect.objectContaining({ name: 'EQUALS', arity: 'Binary' }),
    );
  });
});

test('each kind of change in this file records an event, and no event contains the token', async () => {
  const { types, text } = await fixture.events();
  for (const type of [
    'entra_tenant_create',
    'entra_group_create',
    'entra_group_update',
    'application_update',
    'provisioning_mapping_update',
    'provisioning_job_update',
    'provisioning_start',
    'provisioning_pause',
    'provisioning_restart',
    'provisioning_cycle_start',
    'provisioning_on_demand',
    'provisioning_deletes_allowed',
  ]) {
    expect(types, type).toContain(type);
  }
  expect(text).not.toContain(fixture.graph.scimKey);
});
