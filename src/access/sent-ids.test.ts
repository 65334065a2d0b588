import { describe, expect, test } from 'vitest';
import { echoedIds, SENT_ID_LENGTH_MAX, sentIds } from './sent-ids.ts';

const GUID = '2f1f7a1c-6f53-4d43-9d0a-51d4e2f1b0aa';

describe('the ids that a client sends for its request', () => {
  test.for<[Record<string, unknown>, object, object]>([
    [{}, {}, {}],
    [{ 'x-request-id': 'a1' }, { x_request_id: 'a1' }, { 'client-request-id': 'a1' }],
    [{ 'client-request-id': GUID }, { client_request_id: GUID }, { 'client-request-id': GUID }],
    [
      { 'client-request-id': 'client', 'x-request-id': 'proxy' },
      { client_request_id: 'client', x_request_id: 'proxy' },
      { 'client-request-id': 'client' },
    ],
    [{ adscimversion: '5.0' }, {}, {}],
    [
      { adscimversion: `Date:2026-01-05T09:00:00Z, ActivityId:${GUID}` },
      { activity_id: GUID },
      { 'x-activity-id': GUID },
    ],
    [{ adscimversion: `activityid: ${GUID}, Date:x` }, { activity_id: GUID }, { 'x-activity-id': GUID }],
  ])('are read from the headers %j and echoed', ([headers, ids, echoed]) => {
    expect(sentIds(headers)).toEqual(ids);
    expect(echoedIds(sentIds(headers))).toEqual(echoed);
  });

  test('are accepted up to the maximum length and ignored if they are longer', () => {
    const id = 'x'.repeat(SENT_ID_LENGTH_MAX);
    expect(sentIds({ 'x-request-id': id })).toEqual({ x_request_id: id });
    expect(sentIds({ 'x-request-id': `${id}x` })).toEqual({});
    expect(sentIds({ adscimversion: `ActivityId:${id}x` })).toEqual({});
  });

  test.for<[unknown]>([[''], ['a b'], ['a\r\nb'], ['ä'], ['<script>'], ['"a"'], [['a', 'b']], ['a, b']])(
    'do not include %j, which is not a valid id',
    ([id]) => {
      expect(sentIds({ 'x-request-id': id, 'client-request-id': id, adscimversion: 'ActivityId:<a>' })).toEqual({});
    },
  );
});
