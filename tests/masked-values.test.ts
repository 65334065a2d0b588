import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Every file of src that writes a mask in place of a secret or compares a value with a mask, and the purpose of the mask. When a caller
 * sends a mask back, `changeSecret` (src/outbound/bound-secret.ts) decides whether the saved secret is kept, because it knows where the
 * secret is sent. A new masked value needs a new row here; if the value is sent to a destination, its code has to use `changeSecret`.
 */
const masks: Readonly<Record<string, 'defined' | 'shown' | 'recorded' | 'kept' | 'refused'>> = {
  // Secrets that are sent to a destination.
  'src/outbound/bound-secret.ts': 'kept',
  'src/entra/application/saved-secrets.ts': 'kept',
  'src/entra/application/settings.ts': 'refused',
  'src/entra/graph-api/connection-settings.ts': 'shown',
  'src/entra/graph-api/routes/secret-routes.ts': 'recorded',
  'src/cli/commands/entra-app.ts': 'recorded',
  // Only hashes of these are stored: nothing can be sent.
  'src/entra/graph-api/routes/sign-in-routes.ts': 'recorded',
  'src/entra/graph-api/routes/user-routes.ts': 'recorded',
  'src/radius/servers/servers.ts': 'kept',
  'src/rest-api/examples/radius-examples.ts': 'shown',
  // Values that are not sent to any destination.
  'src/scim/resource/secret-values.ts': 'defined',
  'src/radius/servers/clients.ts': 'recorded',
  'src/audit/change-words.ts': 'shown',
  'src/directory/search-document.ts': 'recorded',
  'src/directory/users.ts': 'recorded',
  'src/request-log/masking.ts': 'recorded',
  'src/request-log/kept-text.ts': 'recorded',
  'src/scim-server/request-record.ts': 'recorded',
  'src/scim-server/scim-error.ts': 'recorded',
  'src/request-log/curl-command.ts': 'refused',
  'src/base/config.ts': 'shown',
  'src/base/log.ts': 'recorded',
  'src/entra/wire/secret-mask.ts': 'recorded',
  'src/conformance/client.ts': 'recorded',
  'src/scim-server/shown-ignored.ts': 'recorded',
  'src/access/refusal-log.ts': 'recorded',
  'src/audit/event-error.ts': 'recorded',
  'src/audit/event-body.ts': 'recorded',
};

/** Every file of src that encrypts values, and where the values are sent afterward. */
const sealed: Readonly<Record<string, string>> = {
  'src/entra/application/applications.ts': 'to the target and the token endpoint: changeSecrets binds it to both',
  'src/accounts/second-factor.ts': 'nowhere: a code is compared with it',
  'src/accounts/passkeys.ts': 'to the browser that began the sign-in, still encrypted',
  'src/accounts/known-devices.ts': 'to the browser that signed in, still encrypted',
  'src/user-portal/link-page.ts': 'to the browser that sent a form, still encrypted',
  'src/live/live-position.ts': 'to the listener, still encrypted',
  'src/mail/outbox.ts': 'to the mail server of the operator',
  'src/radius/servers/servers.ts': 'to the token endpoint: changeSecret binds it to the authority and the tenant',
  'src/radius/servers/clients.ts': 'to no destination: packets of the device are checked with it',
  'src/radius/certificates/engine-certificates.ts': 'nowhere: the key of the CA signs certificates in this process',
  'src/rest-api/enqueue.ts': 'nowhere: the input of a job that this server runs',
};

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
  .map((path) => ({ path: join('src', path), text: readFileSync(join('src', path), 'utf8') }));
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test('every file that masks a value is listed, together with the purpose of the mask', () => {
  expect(filesWith(/SECRET_MASK|(['"`])\*{3,}\1/).toSorted()).toEqual(Object.keys(masks).toSorted());
});

test('only changeSecret, and the code that refuses or describes masks, compare a value with a mask', () => {
  const comparing = filesWith(/[=!]== (SECRET_MASK|MASK)\b|\b(SECRET_MASK|MASK) [=!]==/);
  expect(comparing.toSorted()).toEqual([
    'src/audit/change-words.ts',
    'src/entra/application/saved-secrets.ts',
    'src/entra/application/settings.ts',
    'src/entra/graph-api/connection-settings.ts',
    'src/outbound/bound-secret.ts',
  ]);
  expect(filesWith(/\bchangeSecret\(/).toSorted()).toEqual([
    'src/entra/application/saved-secrets.ts',
    'src/outbound/bound-secret.ts',
    'src/radius/servers/servers.ts',
  ]);
});

test('every file that encrypts a value is listed, together with the destination of the value', () => {
  expect(filesWith(/\.seal\(/).toSorted()).toEqual([...Object.keys(sealed), 'src/base/secret-box.ts'].toSorted());
});
