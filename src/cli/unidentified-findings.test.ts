import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UNIDENTIFIED_REQUESTS_MAX } from '#access/unidentified-requests.ts';
import { noteUnidentifiedRequests, type UnidentifiedRequest } from '#audit/unidentified-request-store.ts';
import { readConfig } from '#base/config.ts';
import { openDirectory } from '../app.ts';
import { runCommand, startedFolder } from './run-command.fixture.ts';
import { UNIDENTIFIED_REPORTED_MS } from '#health/unidentified-findings.ts';

// The first call of each command loads its modules. The long timeouts allow for a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let directory: Awaited<ReturnType<typeof startedFolder>>;
beforeAll(async () => {
  directory = await startedFolder();
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

const unknownKey = { address: '203.0.113.7', reason: 'keyMistyped', prefix: 'tnh_AbCdEf' };

/** Records `requests` equal requests, the last of them `agoMs` ago. Returns the time of the last request. */
async function note(request: UnidentifiedRequest, requests: number, agoMs: number): Promise<string> {
  await using deps = openDirectory(readConfig());
  const last = new Date(deps.clock.now().getTime() - agoMs);
  await noteUnidentifiedRequests(deps.database, request, { requests, last, rowsMax: UNIDENTIFIED_REQUESTS_MAX });
  return last.toISOString();
}

const aboutRequests = (text: string) => text.split('\n').filter((line) => line.includes('203.0.113.'));
/** A command that prints an empty list, because no event is about this name. */
const emptyList = ['event', 'list', '--target', 'nobody'] as const;

// Each test relies on the requests that the tests before it recorded.
let firstAt = '';
test('doctor and event list mention no requests without a known key if there were none', async () => {
  expect(aboutRequests((await runCommand('doctor')).stdout)).toEqual([]);
  expect((await runCommand(...emptyList)).stdout).not.toContain('without a known key');
});

test('doctor ignores a request without a known key that is more than a day old, but an empty event list explains it', async () => {
  const at = await note({ ...unknownKey, address: '203.0.113.9' }, 1, UNIDENTIFIED_REPORTED_MS + 60_000);
  firstAt = at;
  expect(aboutRequests((await runCommand('doctor')).stdout)).toEqual([]);
  expect(aboutRequests((await runCommand(...emptyList)).stdout)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^1 request without a known key arrived from 203.0.113.9 since ${at}, the last at ${at}: .*cut or mistyped.*key create`,
      ),
    ),
  ]);
});

test('doctor warns about requests without a known key from the last day, each with the reason and a fix', async () => {
  const at = await note(unknownKey, 3, 60_000);
  await note({ address: '203.0.113.7', reason: 'keyMissing', prefix: '' }, 1, 120_000);
  await note({ address: '203.0.113.8', reason: 'schemeUnsupported', prefix: '' }, 2, 180_000);
  const { code, stdout } = await runCommand('doctor');
  expect(code).toBe(0);
  expect(aboutRequests(stdout)).toEqual([
    expect.stringContaining(
      `3 requests from 203.0.113.7 with the key tnh_AbCdEf… since ${at}, the last at ${at}. The key is not known.`,
    ),
    expect.stringMatching(
      /^warning +no key +1 request from 203\.0\.113\.7 since .* The request has no key\. Send one as/,
    ),
    expect.stringMatching(
      /^warning +not Bearer +2 requests from 203\.0\.113\.8 since .* has a scheme, which.* not Basic\.$/,
    ),
  ]);
  expect(aboutRequests(stdout)[0]).toMatch(/^warning +unknown key .*enter it as Secret Token: tanhua key create\.$/);
});

test.each([
  [emptyList, 'There are no events about "nobody"'],
  [['event', 'list', '--refused'], 'There are no refused requests'],
] as const)('the command %j reports the requests without a known key in one sentence', async (args, first) => {
  const text = await runCommand(...args);
  // The first of these requests was received more than a day ago.
  const sentence = new RegExp(
    `^7 requests without a known key arrived from 203.0.113.7 and 2 more since ${firstAt}, the last at .*: for the reasons, run "tanhua doctor"\\.$`,
    'm',
  );
  expect(text.stdout).toContain(first);
  expect(text.stdout).toMatch(sentence);
  const json = await runCommand(...args, '--json');
  expect(JSON.parse(json.stdout)).toEqual([]);
  expect(json.stderr).toMatch(sentence);
});

test('an event list that is neither empty nor limited to refusals does not mention requests without a known key', async () => {
  const { stdout } = await runCommand('event', 'list');
  expect(stdout).toContain('organization_create');
  expect(stdout).not.toContain('203.0.113.');
});

test.each([
  ['keyMissing', 'no key'],
  ['keyWithoutBearer', 'no Bearer'],
  ['keyMalformed', 'malformed key'],
  ['schemeUnsupported', 'not Bearer'],
  ['keyMistyped', 'unknown key'],
  ['keyOfAnother', 'unknown key'],
])('doctor reports a request with the reason %s as the finding "%s"', async (reason, check) => {
  await note({ address: '203.0.113.9', reason, prefix: '' }, 1, 60_000);
  // The output lists the newest request first.
  const [found] = aboutRequests((await runCommand('doctor')).stdout);
  expect(found).toMatch(new RegExp(`^warning +${check} +1 request from 203\\.0\\.113\\.9 `));
});
