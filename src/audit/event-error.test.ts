import { expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { eventError, EVENT_MESSAGE_LENGTH_MAX, PARAMETER_ENTRIES_MAX, PARAMETER_LENGTH_MAX } from './event-error.ts';

const parametersOf = (error: AppError) => eventError(error, 'scim').reason?.parameters;

test('an event keeps a parameter of the maximum length, and truncates a longer one', () => {
  const kept = 'x'.repeat(PARAMETER_LENGTH_MAX);
  expect(parametersOf(refusal('emailMalformed', { value: kept, integration: undefined }))).toEqual({
    value: kept,
    integration: undefined,
  });
  expect(parametersOf(refusal('emailMalformed', { value: `${kept}y`, integration: undefined }))).toEqual({
    value: `${kept}…`,
  });
});

test('an event keeps a message of the maximum length, and truncates a longer one', () => {
  const messageOf = (length: number) => eventError(new AppError('invalidBody', 'x'.repeat(length)), 'rest').message;
  expect(messageOf(EVENT_MESSAGE_LENGTH_MAX)).toHaveLength(EVENT_MESSAGE_LENGTH_MAX);
  expect(messageOf(EVENT_MESSAGE_LENGTH_MAX + 1)).toBe(`${'x'.repeat(EVENT_MESSAGE_LENGTH_MAX)}…`);
});

test('an event keeps a list parameter of the maximum length, and truncates a longer one', () => {
  const names = Array.from({ length: PARAMETER_ENTRIES_MAX + 1 }, (_, index) => `a${index}`);
  const atLimit = names.slice(0, PARAMETER_ENTRIES_MAX);
  expect(parametersOf(refusal('attributesUnknown', { names: atLimit, count: 1 }))).toMatchObject({ names: atLimit });
  expect(parametersOf(refusal('attributesUnknown', { names, count: 1 }))).toMatchObject({ names: atLimit });
});

test('an event records no parameters for an error whose message only its caller may read', () => {
  const error = refusal(
    'emailMalformed',
    { value: 'private', integration: undefined },
    { recorded: 'The email is not an address.' },
  );
  expect(eventError(error, 'rest')).toEqual({
    code: 'emailInvalid',
    status: 400,
    message: 'The email is not an address.',
  });
});

test('an event records only the code, status and message of an error without a reason', () => {
  expect(eventError(new AppError('notFound', 'There is no such key.'), 'rest')).toEqual({
    code: 'notFound',
    status: 404,
    message: 'There is no such key.',
  });
});
