import type { AccountKind } from '#accounts/account.ts';
import { openAuthenticator } from '#accounts/authenticator.fixture.ts';
import { Secret, TOTP } from 'otpauth';
import { ids, placeholders } from './examples/example.ts';
import type { ExampleWorld } from './examples.fixture.ts';

const { password } = placeholders;
const users = '/api/systemusers';
const MINUTE_MS = 60_000;

/** The parts of a request that are added to its example. */
interface Extra {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of the body that an example cannot contain, such as the response of an authenticator. */
  readonly body?: object;
  /** The address of the client. */
  readonly from?: string;
}

/** Creates the objects that an operation needs in addition to those of the example world. */
export type Setup = (world: ExampleWorld) => Promise<Extra | void>;

export const realOf = ({ real }: ExampleWorld, id: string) => real.get(id) ?? id;
const prefixOf = (kind: AccountKind) => (kind === 'user' ? '/api/portal' : '/api/auth');

const codeOf = ({ api }: ExampleWorld, secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: api.directory.clock.now().getTime() });

/** Starts the setup of an authenticator app. The app's code then replaces the code in the examples. */
async function startsTotp(world: ExampleWorld, kind: AccountKind): Promise<string> {
  const { secret } = await world.prepare('POST', `${prefixOf(kind)}/totp`, { password }, world.headers[kind]);
  world.real.set(placeholders.code, codeOf(world, secret));
  return secret;
}

export async function enrolls(world: ExampleWorld, kind: AccountKind): Promise<void> {
  const secret = await startsTotp(world, kind);
  await world.prepare('PUT', `${prefixOf(kind)}/totp`, { code: codeOf(world, secret) }, world.headers[kind]);
  // Advances the clock so that the app shows another code, because each code is accepted only once.
  world.api.directory.clock.advance(MINUTE_MS);
  world.real.set(placeholders.code, codeOf(world, secret));
}

async function sendsLink(world: ExampleWorld, kind: AccountKind): Promise<void> {
  await enrolls(world, kind);
  if (kind === 'user')
    await world.prepare('POST', `${users}/reactivate`, { models: [{ _id: realOf(world, ids.user) }] });
  else await world.prepare('POST', `/api/users/reactivate/${realOf(world, ids.administrator)}`, {});
  const [{ id }] = await world.prepare('GET', '/api/mail/outbox');
  const { text } = await world.prepare('GET', `/api/mail/outbox/${id}`);
  world.real.set(placeholders.linkToken, /token=([\w-]+)/.exec(text)?.[1] ?? '');
}

/** Starts the registration of a passkey or a sign-in with one, and returns its state and challenge. */
async function challengeOf(world: ExampleWorld, kind: AccountKind, step: 'passkeys' | 'sign-in/passkey') {
  const headers = step === 'passkeys' ? world.headers[kind] : {};
  const { state, options } = await world.prepare('POST', `${prefixOf(kind)}/${step}/options`, { password }, headers);
  return { state, challenge: options.challenge };
}

async function addsPasskey(world: ExampleWorld, kind: AccountKind) {
  const authenticator = openAuthenticator('http://localhost:8080');
  const { state, challenge } = await challengeOf(world, kind, 'passkeys');
  const sent = { state, name: 'Phone', response: authenticator.register(challenge) };
  const { id } = await world.prepare('POST', `${prefixOf(kind)}/passkeys`, sent, world.headers[kind]);
  world.real.set(ids.passkey, id);
  return authenticator;
}

async function signsInByPasskey(world: ExampleWorld, kind: AccountKind) {
  const authenticator = await addsPasskey(world, kind);
  const { state, challenge } = await challengeOf(world, kind, 'sign-in/passkey');
  return { state, response: authenticator.answer(challenge) };
}

export function accountSetups(kind: AccountKind): Readonly<Record<string, Setup>> {
  const prefix = prefixOf(kind);
  return {
    [`POST ${prefix}/sign-in`]: async (world) => {
      await enrolls(world, kind);
      // The request names the organization, because accounts of other example worlds have the same email address.
      return { body: { organization: world.organizationId } };
    },
    [`POST ${prefix}/link`]: (world) => sendsLink(world, kind),
    [`POST ${prefix}/activate`]: (world) => sendsLink(world, kind),
    [`POST ${prefix}/reset`]: (world) => sendsLink(world, kind),
    [`POST ${prefix}/password`]: (world) => enrolls(world, kind),
    [`PUT ${prefix}/totp`]: async (world) => void (await startsTotp(world, kind)),
    [`DELETE ${prefix}/totp`]: (world) => enrolls(world, kind),
    [`POST ${prefix}/recovery-codes`]: (world) => enrolls(world, kind),
    [`GET ${prefix}/session`]: (world) => enrolls(world, kind),
    [`GET ${prefix}/passkeys`]: async (world) => {
      const sent = await signsInByPasskey(world, kind);
      await world.prepare('POST', `${prefix}/sign-in/passkey`, sent, {});
    },
    [`PUT ${prefix}/passkeys/:id`]: async (world) => void (await addsPasskey(world, kind)),
    [`DELETE ${prefix}/passkeys/:id`]: async (world) => void (await addsPasskey(world, kind)),
    [`POST ${prefix}/passkeys`]: async (world) => {
      const { state, challenge } = await challengeOf(world, kind, 'passkeys');
      return { body: { state, response: openAuthenticator('http://localhost:8080').register(challenge) } };
    },
    [`POST ${prefix}/sign-in/passkey`]: async (world) => {
      await enrolls(world, kind);
      return { body: await signsInByPasskey(world, kind) };
    },
  };
}
