import { isUtf8 } from 'node:buffer';
import { isObject } from '#base/json.ts';
import type { RadiusReason } from '#base/words/radius-reasons.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { reasonOfCodes } from './aadsts-table.ts';

/** A user of Entra ID: the ids of the tenant and of the user object, GUIDs in small letters. */
export interface EntraIdentity {
  readonly tenant: string;
  readonly objectId: string;
}

/** What an answer of the token endpoint says. */
export type EntraAnswer =
  | { readonly kind: 'signedIn'; readonly identity: EntraIdentity; readonly upn: string | null }
  | {
      readonly kind: 'failed';
      readonly reason: RadiusReason;
      readonly aadsts: number | null;
      /** What Retry-After says, in seconds; null without it. */
      readonly retryAfterSeconds: number | null;
    };

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True if a text has the form of an id of Entra ID. */
export function isGuid(text: string): boolean {
  return guid.test(text);
}

/** Reads an answer of the token endpoint (RFC 6749 §5). Nothing of its texts is kept, because a proxy could repeat the request in them. */
export function readEntraAnswer({ status, headers, text }: HttpAnswer): EntraAnswer {
  const retryAfterSeconds = secondsOf(headers['retry-after']);
  const failed = (reason: RadiusReason, aadsts: number | null = null): EntraAnswer => ({
    kind: 'failed',
    reason,
    aadsts,
    retryAfterSeconds,
  });
  if (status >= 300 && status < 400) return failed('entraRedirected');
  const body = parse(text);
  if (status === 200) return readToken(body) ?? failed('entraAnswerInvalid');
  const codes = codesIn(body);
  if (status === 429) return failed('entraThrottled', codes[0] ?? null);
  if (status >= 500) return failed('entraUnavailable', codes[0] ?? null);
  // A proxy in front of Entra ID can answer with a page. It decides nothing about the person.
  if (!isObject(body) || typeof body['error'] !== 'string') return failed('entraAnswerInvalid');
  const { reason, aadsts } = reasonOfCodes(codes, body['error']);
  return failed(reason, aadsts);
}

function codesIn(body: unknown): readonly number[] {
  const codes = isObject(body) ? body['error_codes'] : undefined;
  return Array.isArray(codes) ? codes.filter((code): code is number => Number.isSafeInteger(code)) : [];
}

/** Returns the seconds of a Retry-After header (RFC 9110 §10.2.3); null for none and for a date, which Entra ID does not send. */
function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

/**
 * Reads the claims of an ID token (OpenID Connect Core §3.1.3.7). Its signature is not verified: it comes from the token endpoint over our
 * own TLS connection, which this section allows.
 */
function readToken(body: unknown): EntraAnswer | undefined {
  const token = isObject(body) ? body['id_token'] : undefined;
  if (typeof token !== 'string') return undefined;
  const claims = parsePart(token.split('.')[1] ?? '');
  if (!isObject(claims)) return undefined;
  const { tid, oid } = claims;
  if (typeof tid !== 'string' || typeof oid !== 'string' || !isGuid(tid) || !isGuid(oid)) return undefined;
  const named = [claims['preferred_username'], claims['upn']].find((name) => typeof name === 'string');
  return {
    kind: 'signedIn',
    identity: { tenant: tid.toLowerCase(), objectId: oid.toLowerCase() },
    upn: typeof named === 'string' ? named : null,
  };
}

/** Parses a part of a JWT: UTF-8 in base64url (RFC 7519 §7.2). */
function parsePart(part: string): unknown {
  const bytes = Buffer.from(part, 'base64url');
  return isUtf8(bytes) ? parse(new TextDecoder().decode(bytes)) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
