import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '#base/errors.ts';
import { errorTable } from '#base/error-table.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { DetailedError, reportFailure } from './command-failure.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function printed(error: AppError, asJson: boolean): string {
  const write = vi.spyOn(console, 'error').mockReturnValue();
  reportFailure(error, asJson);
  return write.mock.calls.map(([line]) => String(line)).join('\n');
}

/** Messages of commands, and whether each contains its own advice. */
const messages = [
  ['notFound', 'There is no group "x".', false],
  ['notFound', 'There is no group "x. Y: z".', false],
  ['usage', '"a" is not NAME=VALUE.', false],
  ['usage', '"type" is neither "user" nor "group".', false],
  ['notFound', 'There is no directory in ./data. Start one with "npm start", or set TANHUA_DATA_DIR.', true],
  ['notFound', 'There is no application "Nope". The applications are: "Tanhua".', true],
  ['usage', 'There are several applications: choose one with --app. The applications are: "A", "B".', true],
  ['notFound', '--after is "x", which is not the id of a user: give the last id of the previous page.', true],
  ['notFound', '"ann" was deleted; it can be restored.', true],
  ['configuration', 'Port 8080 of 127.0.0.1 is in use by another program. Stop it, or set TANHUA_PORT.', true],
] as const;

test.for(messages)(
  'the error %s with the message %j is printed without general advice: %s',
  ([code, message, hasOwn]) => {
    const { remedy } = errorTable[code];
    expect(printed(new AppError(code, message), false)).toBe(`tanhua: ${message}${hasOwn ? '' : `\n${remedy}`}`);
    vi.restoreAllMocks();
    const { error } = JSON.parse(printed(new AppError(code, message), true)) as { error: Record<string, unknown> };
    expect(error['remedy']).toBe(hasOwn ? undefined : remedy);
  },
);

test('prints no general advice for an error with details, with a reason or with another code', () => {
  const errors = [
    new DetailedError('notFound', 'There is no user "x".', { matches: [] }),
    refusal('resourceUnknown', { kind: 'user', id: 'x' }),
    new AppError('targetUnavailable', 'The target does not answer.'),
  ];
  for (const error of errors) {
    expect(printed(error, false).split('\n')).toHaveLength(1);
    vi.restoreAllMocks();
  }
});
