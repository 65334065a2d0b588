import type { FastifyRequest } from 'fastify';
import pino from 'pino';
import { expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { logRefusal } from './refusal-log.ts';

const TOKEN = 'tns_9x0X8RdlNyT1mTwmcu3s';

/** Logs an error of the server, and returns the line. */
function logged(thrown: Error) {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  logRefusal({ headers: {}, log } as unknown as FastifyRequest, thrown, new AppError('internal', 'It failed.'), 'scim');
  const [line = ''] = lines;
  return { line, ...JSON.parse(line) };
}

test('logs the type of an error, its cause and its fields, without secrets', () => {
  class DatabaseError extends Error {
    readonly detail = `Failing row contains (1, ${TOKEN}).`;
    readonly parts = [{ text: TOKEN }];
    readonly self = { error: this };
  }
  const { line, err, error_code: code } = logged(new DatabaseError(`of ${TOKEN}`, { cause: new Error(`by ${TOKEN}`) }));
  expect(line).not.toContain(TOKEN);
  expect([code, err]).toMatchObject([
    'internal',
    {
      type: 'DatabaseError',
      message: 'of ********: by ********',
      stack: expect.stringContaining('refusal-log.test.ts'),
      detail: 'Failing row contains (1, ********).',
      parts: [{ text: '********' }],
    },
  ]);
});

test('logs the errors of an aggregate without secrets', () => {
  const { line, err } = logged(new AggregateError([new TypeError(`of ${TOKEN}`)], 'Several failed.'));
  expect(line).not.toContain(TOKEN);
  expect(err).toMatchObject({
    type: 'AggregateError',
    aggregateErrors: [{ type: 'TypeError', message: 'of ********' }],
  });
});
