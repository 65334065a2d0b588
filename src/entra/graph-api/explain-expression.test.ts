import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { EXPLAINED_VALUE_LENGTH_MAX } from '../application/explain-for-object.ts';
import type { User } from './client-types.ts';
import { refusal } from './graph-api.fixture.ts';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

let fixture: TestProvisioning;
let job: TestProvisioning['job'];
let ann: User;
beforeAll(async () => {
  fixture = await openTestProvisioning();
  ({ job } = fixture);
  ann = await fixture.makeUser('ann', { givenName: 'Zoë' });
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('explainExpression', () => {
  test('returns the value of each part for a user, as an outline', async () => {
    const text = 'Append(ToLower(NormalizeDiacritics([givenName])), "@x")';
    const explained = await job.explainExpression(text, { objectId: ann.id });
    expect(explained).toMatchObject({ outcome: 'value', value: '"zoe@x"', redacted: false, error: null });
    const outline = explained.steps.map(({ depth, offset, length, kind, value }) => [
      depth,
      text.slice(offset, offset + length),
      kind,
      value,
    ]);
    expect(outline).toEqual([
      [0, text, 'function', '"zoe@x"'],
      [1, 'ToLower(NormalizeDiacritics([givenName]))', 'function', '"zoe"'],
      [2, 'NormalizeDiacritics([givenName])', 'function', '"Zoe"'],
      [3, '[givenName]', 'attribute', '"Zoë"'],
      [1, '"@x"', 'constant', '"@x"'],
    ]);
  });

  test('reads the values that a mapping reads: the roles, whether the user is in scope, and those of a group', async () => {
    const before = await job.explainExpression('CStr([IsSoftDeleted])', { objectId: 'ann@contoso.example' });
    expect(before.value).toBe('"True"');
    await fixture.assign(ann);
    const after = await job.explainExpression('SingleAppRoleAssignment([appRoleAssignments])', { objectId: ann.id });
    expect(after).toMatchObject({ outcome: 'value', value: '"User"' });
    expect((await job.explainExpression('Not([IsSoftDeleted])', { objectId: ann.id })).value).toBe('"True"');
    const pilots = await fixture.client.groups.create({ displayName: 'Pilots' });
    const group = { objectTypeName: 'Group', objectId: pilots.id } as const;
    expect((await job.explainExpression('ToUpper([displayName])', group)).value).toBe('"PILOTS"');
    expect(await job.explainExpression('ToUpper([givenName])', group)).toMatchObject({ outcome: 'error', steps: [] });
    expect((await refusal(job.explainExpression('Now()', { objectId: pilots.id }))).status).toBe(404);
  });

  testOnSqlite('points at a mistake, with a correction if there is one', async () => {
    const expression = 'Append(toLower([mail]), "x")';
    expect(await job.explainExpression(expression, { objectId: ann.id })).toMatchObject({
      outcome: 'error',
      value: null,
      error: {
        code: 'expressionSyntax',
        offset: 7,
        length: 7,
        suggestion: 'ToLower',
        suggestionOffset: 7,
        suggestionLength: 7,
      },
      // The part that can be read.
      steps: [{ depth: 0, offset: 15, length: 6, kind: 'attribute', outcome: 'value', value: 'null' }],
    });
    const open = await job.explainExpression('Join(".", ToLower([givenName])', { objectId: ann.id });
    expect(open.error).toMatchObject({ offset: 4, suggestion: ')', suggestionOffset: 30, suggestionLength: 0 });
    expect(open.steps.map(({ depth, offset, value }) => [depth, offset, value])).toEqual([
      [0, 10, '"zoë"'],
      [1, 18, '"Zoë"'],
    ]);
    expect((await job.explainExpression('ToLower([mial])')).error).toMatchObject({ suggestion: '[mail]' });
    const failed = await job.explainExpression('Append(CDate([givenName]), "x")', { objectId: ann.id });
    expect(failed).toMatchObject({ outcome: 'error', error: { code: 'expressionValue', suggestion: null } });
    expect(failed.steps.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'value', 'skipped']);
  });

  testOnSqlite('says mistakes and functions in Chinese only to a client that asks for it', async () => {
    const { graph, application, jobId } = fixture;
    const schema = `/servicePrincipals/${application.id}/synchronization/jobs/${jobId}/schema`;
    const said = async (expression: string, language?: string) => {
      const headers = { 'x-api-key': graph.key, ...(language !== undefined && { 'accept-language': language }) };
      const explained = await graph.send('POST', `${schema}/explainExpression`, { expression }, headers);
      const functions = await graph.send('GET', `${schema}/functions`, undefined, headers);
      const { '@tanhua.summary': summary } = functions.body.value.find(
        ({ name }: { name: string }) => name === 'Count',
      );
      return [explained.body.error.message, explained.body.error.suggestion, summary];
    };
    const english = [
      'The expression cannot be read at line 1, column 1: function names are case-sensitive; write ToLower.',
      'ToLower',
      expect.stringMatching(/^[ -~]+$/),
    ];
    expect(await said('toLower([mail])')).toEqual(english);
    expect(await said('toLower([mail])', 'de')).toEqual(english);
    expect(await said('toLower([mail])', 'zh-CN,en;q=0.5')).toEqual([
      '无法读取表达式（第 1 行，第 1 列）：函数名称区分大小写；请写 ToLower。',
      'ToLower',
      '返回值的个数。',
    ]);
  });

  testOnSqlite('accepts a single attribute only on request, and evaluates nothing without an object', async () => {
    expect((await job.explainExpression('[mail]')).error?.message).toContain('use the mapping type Direct');
    expect((await job.explainExpression('[mail]', { kind: 'any' })).error).toBeNull();
    expect(await job.explainExpression('ToLower([mail])')).toMatchObject({ outcome: null, error: null, steps: [] });
    const dropped = await job.explainExpression('IgnoreFlowIfNullOrEmpty([department])', { objectId: ann.id });
    expect(dropped).toMatchObject({ outcome: 'dropped', value: null });
    const redacted = await job.explainExpression('Redact([mailNickname])', { objectId: ann.id });
    expect(redacted).toMatchObject({ value: '"ann"', redacted: true });
  });

  testOnSqlite('cuts only values that are longer than the limit', async () => {
    // The two quotation marks count.
    const sized = async (length: number) =>
      (await job.explainExpression(`Append("${'a'.repeat(length)}", "")`, { objectId: ann.id })).value;
    expect(await sized(EXPLAINED_VALUE_LENGTH_MAX - 2)).toHaveLength(EXPLAINED_VALUE_LENGTH_MAX);
    expect(await sized(EXPLAINED_VALUE_LENGTH_MAX - 1)).toMatch(/a…$/);
    expect((await job.explainExpression('x'.repeat(10_001))).error?.code).toBe('expressionTooComplex');
  });
});
