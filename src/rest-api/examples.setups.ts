import { Secret, TOTP } from 'otpauth';
import { openAuthenticator } from '#accounts/authenticator.fixture.ts';
import { ids, placeholders } from './examples/example.ts';
import type { ExampleWorld } from './examples.fixture.ts';

const { password } = placeholders;
/** What an operation needs beyond the world. */
interface Setup { readonly [name: string]: any }
type SetUp = (world: ExampleWorld) => Promise<Setup> | Setup;
const at = (id: string): SetUp => () => ({ id });
const user = at(ids.user);
const base = '/api/systemusers';
const realOf = ({ real }: ExampleWorld, id: string) => real.get(id) ?? id;

async function withStaged(world: ExampleWorld) {
  const { _id } = await world.prepare('POST', base, { username: 'carla.weiss', email: 'carla.weiss@contoso.com', firstname: 'Carla', lastname: 'Weiss', displayname: 'Carla Weiss', department: 'Purchasing', state: 'STAGED' });
  world.real.set('665f1e0a7b2c4d0012345613', _id);
  return { id: '665f1e0a7b2c4d0012345613' };
}
async function withRole(world: ExampleWorld) {
  const { id } = await world.prepare('POST', '/api/v2/roles', { name: 'Purchasing IT', description: 'Looks after the users of purchasing', scopes: ['users.read', 'users.help', 'groups.read'] });
  world.real.set(ids.role, id);
  return { id: ids.role };
}
async function withJob(world: ExampleWorld) {
  const csv = 'username,email,firstname,Surname,department\nann.meier2,ann.meier2@contoso.com,Ann,Meier,Purchasing\nben.kurz2,,Ben,Kurz,Sales\n';
  const { jobId } = await world.prepare('POST', '/api/import/users', { csv, mode: 'valid' });
  await world.api.jobsDone();
  world.real.set(ids.job, jobId);
  return { id: ids.job };
}
async function withMail(world: ExampleWorld) {
  const { _id } = await world.prepare('POST', base, { username: 'new.user', email: 'new.user@contoso.com', firstname: 'Ann' });
  const mails = await world.prepare('GET', '/api/mail/outbox');
  world.real.set(ids.mail, mails[0].id);
  world.real.set('665f1e0a7b2c4d0012345613', _id);
  return { id: ids.mail };
}
async function withScheduled(world: ExampleWorld) {
  const [one] = await world.prepare('POST', '/api/v2/bulk/userstates', { user_ids: [realOf(world, ids.user)], state: 'SUSPENDED', start_date: '2999-04-01T00:00:00+02:00' });
  world.real.set(ids.scheduledState, one.id);
  world.real.set(ids.job, one.scheduledJobId);
  return { id: ids.scheduledState, query: '' };
}
async function withToken(world: ExampleWorld) {
  const { id } = await world.prepare('POST', `/api/integrations/${realOf(world, ids.integration)}/tokens`, { name: 'Entra ID provisioning', expiresInDays: 365, allowedIps: null });
  world.real.set(ids.newKey, id);
  return { id: ids.integration };
}
const codeOf = ({ api }: ExampleWorld, secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: api.directory.clock.now().getTime() });
const enroll = (kind: 'administrator' | 'user'): SetUp => async (world) => {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const headers = world.headers[kind];
  const { secret } = await world.prepare('POST', `${prefix}/totp`, { password }, headers);
  await world.prepare('PUT', `${prefix}/totp`, { code: codeOf(world, secret) }, headers);
  world.api.directory.clock.advance(60_000);
  world.real.set(placeholders.code, codeOf(world, secret));
  return { body: (body: object) => ({ ...body }) };
};
const start = (kind: 'administrator' | 'user'): SetUp => async (world) => {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const { secret } = await world.prepare('POST', `${prefix}/totp`, { password }, world.headers[kind]);
  world.real.set(placeholders.code, codeOf(world, secret));
  return {};
};
const link = (kind: 'administrator' | 'user'): SetUp => async (world) => {
  await enroll(kind)(world);
  world.api.directory.clock.advance(1);
  if (kind === 'user') await world.prepare('POST', `${base}/reactivate`, { models: [{ _id: realOf(world, ids.user) }] });
  else await world.prepare('POST', `/api/users/reactivate/${realOf(world, ids.administrator)}`, {});
  const mails = await world.prepare('GET', '/api/mail/outbox');
  const mail = await world.prepare('GET', `/api/mail/outbox/${mails[0].id}`);
  world.real.set(placeholders.linkToken, /token=([\w-]+)/.exec(mail.text)?.[1] ?? 'none');
  return {};
};
const signIn = (kind: 'administrator' | 'user'): SetUp => async (world) => {
  await enroll(kind)(world);
  return { body: (body: object) => ({ ...body, organization: world.organizationId }) };
};
async function addPasskey(world: ExampleWorld, kind: 'administrator' | 'user') {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const authenticator = openAuthenticator('http://localhost:8080');
  const { options, state } = await world.prepare('POST', `${prefix}/passkeys/options`, { password }, world.headers[kind]);
  const { id } = await world.prepare('POST', `${prefix}/passkeys`, { state, name: 'Phone', response: authenticator.register(options.challenge) }, world.headers[kind]);
  world.real.set(ids.passkey, id);
  return authenticator;
}
const account = (kind: 'administrator' | 'user'): Record<string, SetUp> => {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  return {
    [`POST ${prefix}/sign-in`]: signIn(kind),
    [`POST ${prefix}/link`]: link(kind),
    [`POST ${prefix}/activate`]: link(kind),
    [`POST ${prefix}/reset`]: link(kind),
    [`POST ${prefix}/password`]: enroll(kind),
    [`PUT ${prefix}/totp`]: start(kind),
    [`DELETE ${prefix}/totp`]: enroll(kind),
    [`GET ${prefix}/session`]: enroll(kind),
    [`DELETE ${prefix}/sessions/:id`]: at(ids.session),
    [`GET ${prefix}/passkeys`]: async (world) => { const authenticator = await addPasskey(world, kind);
      const { options, state } = await world.prepare('POST', `${prefix}/sign-in/passkey/options`, {}, {});
      await world.prepare('POST', `${prefix}/sign-in/passkey`, { state, response: authenticator.answer(options.challenge) }, {}); return {}; },
    [`DELETE ${prefix}/passkeys/:id`]: async (world) => { await addPasskey(world, kind); return { id: ids.passkey }; },
    [`POST ${prefix}/passkeys`]: async (world) => {
      const { options, state } = await world.prepare('POST', `${prefix}/passkeys/options`, { password }, world.headers[kind]);
      return { body: (body: object) => ({ ...body, state, response: openAuthenticator('http://localhost:8080').register(options.challenge) }) };
    },
    [`POST ${prefix}/sign-in/passkey`]: async (world) => {
      await enroll(kind)(world);
      const authenticator = await addPasskey(world, kind);
      const { options, state } = await world.prepare('POST', `${prefix}/sign-in/passkey/options`, {}, {});
      return { body: (body: object) => ({ ...body, state, response: authenticator.answer(options.challenge) }) };
    },
  };
};
export const setups: Record<string, SetUp> = {
  ...account('administrator'), ...account('user'),
  'DELETE /api/portal/sessions/:id': async (world) => ({ id: (await world.prepare('GET', '/api/portal/sessions', undefined, world.headers.user))[0].id }),
  'DELETE /api/portal/sshkeys/:id': at(ids.sshKey),
  ...Object.fromEntries([`GET ${base}/:id`, `PUT ${base}/:id`, `DELETE ${base}/:id`, `POST ${base}/:id/resetmfa`, `POST ${base}/:id/unlock`, `POST ${base}/:id/expire`, `GET ${base}/:id/sshkeys`, `POST ${base}/:id/sshkeys`, `GET ${base}/:id/timeline`, 'GET /api/v2/users/:id/memberof'].map((k) => [k, user])),
  [`POST ${base}`]: async (world) => { await world.prepare('DELETE', `${base}/${realOf(world, ids.user)}`); return {}; },
  [`POST ${base}/:id/state/activate`]: withStaged,
  [`POST ${base}/reactivate`]: async (world) => { await world.prepare('PUT', `${base}/${realOf(world, ids.otherUser)}`, { state: 'SUSPENDED' }); return {}; },
  [`DELETE ${base}/:id/sshkeys/:keyId`]: () => ({ id: ids.user, keyId: ids.sshKey }),
  [`GET ${base}/deleted`]: async (world) => { await world.prepare('DELETE', `${base}/${realOf(world, ids.user)}`); return {}; },
  [`POST ${base}/:id/restore`]: async (world) => { await world.prepare('DELETE', `${base}/${realOf(world, ids.user)}`); return { id: ids.user }; },
  [`POST ${base}/:id/adopt`]: user,
  ...Object.fromEntries(['GET /api/v2/usergroups/:id', 'PUT /api/v2/usergroups/:id', 'PATCH /api/v2/usergroups/:id', 'DELETE /api/v2/usergroups/:id', 'GET /api/v2/usergroups/:id/members', 'POST /api/v2/usergroups/:id/members', 'GET /api/v2/usergroups/:id/membership', 'POST /api/v2/usergroups/:id/adopt'].map((k) => [k, at(ids.group)])),
  'POST /api/v2/usergroups': async (world) => { await world.prepare('DELETE', `/api/v2/usergroups/${realOf(world, ids.group)}`); return {}; },
  'GET /api/v2/bulk/users/:id/results': withJob, 'GET /api/jobs': async (world) => { await withJob(world); return {}; }, 'GET /api/jobs/:id': withJob, 'GET /api/jobs/:id/results.csv': withJob,
  'GET /api/v2/bulk/userstates': withScheduled,
  'GET /api/v2/bulk/userstates/eventlist/next': async (world) => { await withScheduled(world); return { query: `?users=${realOf(world, ids.user)}` }; },
  'DELETE /api/v2/bulk/userstates/:id': withScheduled,
  'POST /api/users': async (world) => { await world.prepare('DELETE', `/api/users/${realOf(world, ids.administrator)}`); return {}; },
  ...Object.fromEntries(['GET /api/users/:id', 'PUT /api/users/:id', 'DELETE /api/users/:id', 'POST /api/users/reactivate/:id', 'POST /api/users/resettotp/:id', 'GET /api/users/:id/sessions', 'DELETE /api/users/:id/sessions'].map((k) => [k, at(ids.administrator)])),
  'DELETE /api/users/:id/sessions/:sessionId': () => ({ id: ids.administrator, sessionId: ids.session }),
  ...Object.fromEntries(['GET /api/v2/roles/:id', 'PUT /api/v2/roles/:id', 'DELETE /api/v2/roles/:id'].map((k) => [k, withRole])),
  'GET /api/v2/roles': withRole,
  ...Object.fromEntries(['GET /api/keys/:id', 'DELETE /api/keys/:id'].map((k) => [k, at(ids.key)])),
  ...Object.fromEntries(['GET /api/keys', 'PUT /api/keys/:id', 'POST /api/keys/:id/rotate'].map((k) => [k, (world: ExampleWorld) => ({ id: ids.key, headers: { 'x-api-key': realOf(world, placeholders.apiKey) } })])),
  'GET /api/integrations/:id/tokens': withToken, 'POST /api/integrations/:id/tokens': at(ids.integration),
  'GET /api/organizations/:id': at(ids.organization), 'PUT /api/organizations/:id': at(ids.organization),
  'POST /api/integrations': async (world) => { await world.prepare('PUT', `/api/integrations/${realOf(world, ids.integration)}`, { name: 'Old' }); return {}; },
  'GET /api/integrations/:id': at(ids.integration), 'PUT /api/integrations/:id': at(ids.integration),
  ...Object.fromEntries(['GET', 'POST'].flatMap((m) => [[`${m} /api/mail/outbox/:id`, withMail]])),
  'GET /api/mail/outbox': async (world) => { await withMail(world); return {}; },
  'POST /api/mail/outbox/:id/link': withMail, 'POST /api/mail/outbox/:id/resend': withMail,
  ...Object.fromEntries(['GET', 'PUT', 'DELETE'].map((m) => [`${m} /api/v2/customemails/:type`, () => ({ type: 'activate_user_custom' })])),
  'POST /api/v2/customemails/:type/preview': () => ({ type: 'activate_user_custom' }),
  'GET /api/events/export': () => ({ query: '?start_time=2020-01-01T00:00:00Z' }),
  'GET /api/events': () => ({ query: '?target=ann.mayer' }),
};
