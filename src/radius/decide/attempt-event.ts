import { recordEvent } from '#audit/event-store.ts';
import type { EventTarget, FieldChange, Origin, RadiusAttempt, RequestOrigin } from '#audit/event-types.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { newRequestId } from '#base/request-ids.ts';
import type { Clock } from '#base/clock.ts';
import { describeRadiusReason } from '#base/words/describe-radius-reason.ts';
import { radiusReasons, type RadiusReason } from '#base/words/radius-reasons.ts';
import type { Database } from '#database/database.ts';
import type { PasswordAttempt } from '../radius-types.ts';
import type { DecidingClient } from './radius-directory.ts';

/** The outcome of an attempt, for its event. */
export interface Outcome {
  readonly reason: RadiusReason;
  /** The person, if there is one with the name. */
  readonly user: { readonly id: string; readonly userName: string } | undefined;
  readonly credential: RadiusAttempt['credential'];
  readonly aadsts: number | null;
  readonly changes: readonly FieldChange[];
}

/** Returns the origin of an attempt for events and for the count of failures: the access point sends it, not the person. */
export function attemptOrigin(clock: Clock, client: DecidingClient, attempt: PasswordAttempt): RequestOrigin {
  return {
    id: newRequestId(clock.now()),
    method: 'RADIUS',
    path: `/radius/${client.server.id}`,
    clientIp: attempt.address,
    userAgent: undefined,
    client: client.name,
    authMethod: 'none',
  };
}

/**
 * Records the event `radius_auth_attempt`. Repeated failures of one client share an event by their reason, as other refusals do: a device
 * with an old password tries again every few seconds.
 */
export async function recordRadiusAttempt(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  client: DecidingClient,
  attempt: PasswordAttempt,
  { request, outcome }: { readonly request: RequestOrigin; readonly outcome: Outcome },
): Promise<void> {
  const { reason, user, credential, aadsts, changes } = outcome;
  const { server } = client;
  const target: EventTarget = { type: 'user', id: user?.id ?? null, name: user?.userName ?? attempt.userName };
  const origin: Origin = {
    organizationId: server.organizationId,
    actor: { type: 'system', id: client.id, name: client.name },
    integration: undefined,
    request,
  };
  const radius: RadiusAttempt = {
    reason,
    client: { id: client.id, name: client.name },
    server: { id: server.id, name: server.name },
    identityProvider: server.identityProvider,
    method: attempt.method,
    credential,
    device: attempt.callingStation,
    network: attempt.calledStation,
    outerName: attempt.outerName,
    aadsts,
  };
  const draft = { type: 'radius_auth_attempt', target, radius, ...(changes.length > 0 && { changes }) } as const;
  const { answer } = radiusReasons[reason];
  if (answer === 'accept') {
    await recordEvent(database, clock, origin, draft);
    return;
  }
  const { text, fix } = describeRadiusReason(reason, 'en');
  const message = `${text} ${fix}`;
  const error =
    answer === 'silence'
      ? ({ code: 'unavailable', status: 503, message } as const)
      : ({ code: 'signInFailed', status: 401, message } as const);
  await recordRefusedRequest(database, clock, {
    origin,
    draft: { ...draft, error },
    credentialId: `radius client ${client.id}`,
  });
}
