import pino from 'pino';
import { Writable } from 'node:stream';
import type { Timer } from '#base/timer.ts';
import { loopbackNetworks } from '#base/network.ts';
import { createGateway } from '#outbound/gateway.ts';
import { createEntraCheck, type EntraAttempt, type EntraCheck } from './entra-check.ts';

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const OBJECT_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
/** Secrets that no log and no result may contain. */
export const CANARY_PASSWORD = 'canary-pa55-wörd';
export const CANARY_SECRET = 'canary-client-secret';

/** A check that may reach this machine, and the text of its log. */
export interface TestEntraCheck extends Disposable {
  readonly entra: EntraCheck;
  readonly logged: () => string;
}

export function openTestEntraCheck({ timer }: { readonly timer?: Timer } = {}): TestEntraCheck {
  let text = '';
  const log = pino(
    { level: 'trace' },
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        done();
      },
    }),
  );
  const entra = createEntraCheck({ gateway: createGateway({ allowed: loopbackNetworks }), log, timer });
  return { entra, logged: () => text, [Symbol.dispose]: () => entra.close() };
}

/** Returns an attempt of Ann at an authority. */
export function attemptAt(authority: string, change: Partial<EntraAttempt> = {}): EntraAttempt {
  return {
    settings: { authority, tenant: TENANT, clientId: 'app', clientSecret: CANARY_SECRET, cacheSeconds: 0 },
    userPrincipalName: 'ann@contoso.example',
    password: CANARY_PASSWORD,
    expected: { tenant: TENANT, objectId: OBJECT_ID },
    cached: { clientId: 'client', userId: 'user', userVersion: 1 },
    ...change,
  };
}

/** Returns the body of a success response with these claims. */
export function tokenWith(claims: Readonly<Record<string, unknown>>): object {
  return { token_type: 'Bearer', id_token: `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x` };
}
