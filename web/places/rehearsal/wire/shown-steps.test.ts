import { describe, expect, test } from 'vitest';
import type { WireExchange } from '#entra/graph-api/client-types.ts';
import { stepsOfAnswer } from './shown-steps.ts';

const exchange = (method: string): WireExchange => ({
  at: '2026-01-05T09:00:00Z',
  durationMs: 1,
  request: { method, url: '/scim/v2/Users', headers: {}, body: null },
  response: null,
  error: 'closed',
});
const step = (type: string, status: string) => ({
  name: 'EntryImport',
  type,
  status,
  description: type,
  timestamp: '2026-01-05T09:00:00Z',
  details: {},
});
const answer = (types: readonly [string, string][], stepExchanges: readonly (readonly [number, number])[]) =>
  stepsOfAnswer({
    key: { result: 'Success', details: {} },
    value: {
      action: 'Create',
      changeId: '1',
      provisioningSteps: types.map(([type, status]) => step(type, status)),
      modifiedProperties: [],
      reportableIdentifier: 'ann',
      sourceIdentity: { id: '1', type: 'User' },
      targetIdentity: { id: '2', type: 'User' },
      statusInfo: { status: 'Success', errorCode: null, reason: null, recommendedAction: null },
    },
    exchanges: [exchange('GET'), exchange('POST'), exchange('PATCH')],
    stepExchanges,
  });

describe('stepsOfAnswer', () => {
  test('gives each of the four steps its requests, and adds references to the action', () => {
    const shown = answer(
      [
        ['Import', 'Success'],
        ['Scoping', 'Success'],
        ['Matching', 'Success'],
        ['Export', 'Success'],
        ['ReferenceResolution', 'Failure'],
      ],
      [
        [0, 0],
        [0, 0],
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    );
    expect(shown.map(({ step: name, status }) => [name, status])).toEqual([
      ['import', 'success'],
      ['scoping', 'success'],
      ['matching', 'success'],
      ['action', 'failure'],
    ]);
    const methods = shown.map(({ parts }) =>
      parts.flatMap(({ exchanges }) => exchanges.map(({ request }) => request.method)),
    );
    expect(methods).toEqual([[], [], ['GET'], ['POST', 'PATCH']]);
  });

  test('says which steps were not reached', () => {
    const shown = answer([['Import', 'Failure']], [[0, 0]]);
    expect(shown.map(({ status }) => status)).toEqual(['failure', 'notReached', 'notReached', 'notReached']);
  });

  test('says which steps a change did not need, such as that of the members of a group', () => {
    const shown = answer([['ReferenceResolution', 'Success']], [[0, 1]]);
    expect(shown.map(({ status }) => status)).toEqual(['notNeeded', 'notNeeded', 'notNeeded', 'success']);
    const failed = answer(
      [
        ['Import', 'Success'],
        ['Export', 'Failure'],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    );
    expect(failed.map(({ status }) => status)).toEqual(['success', 'notReached', 'notReached', 'failure']);
  });
});
