import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { WireExchange } from '../wire/target-client.ts';
import { QUOTED_BODY_MAX, quotedHeaders } from '../wire/failure-text.ts';
import type { WireLog } from './log-store.ts';

/**
 * How much of a target's answers a caller may read. `quoted`: whoever may send requests there (entra.write) reads reasons and
 * the beginning of an answer. `withheld`: others read that it failed, and learn neither what came nor why none did: a closed
 * port, a timeout and an internal address look alike. The command line, whose caller has the database, reads everything.
 */
export type TargetDetails = 'quoted' | 'withheld';

/** What `withheld` reads instead of a reason. */
export const WITHHELD_REASON =
  'The application refused the request, or did not answer. The permission entra.write is needed to read what came.';

/** Failures that the stand-in finds without the target: their reasons have nothing of its answers. */
const ownCodes: ReadonlySet<string> = new Set([
  'AttributeMappingFailed',
  'DuplicateSourceEntries',
  'DuplicateTargetEntries',
  'InvalidAnchor',
  'MandatoryFieldsMissing',
  'TooManyDeletes',
  'EncounteredBaseEscrowThreshold',
  'EncounteredTotalEscrowThreshold',
  'EncounteredEscrowProportionThreshold',
]);

const NO_ANSWER = 'WebExceptionProtocolError';
/** Codes that tell one kind of silence from another. */
const silentCodes: ReadonlySet<string> = new Set([
  NO_ANSWER,
  'Timeout',
  'InternalError',
  'CredentialValidationUnavailable',
]);

/** The code of a failure, as a caller may read it. */
export function shownCode(details: TargetDetails, code: string): string {
  return details === 'withheld' && silentCodes.has(code) ? NO_ANSWER : code;
}

/** The reason of a failure, as a caller may read it. */
export function shownReason(details: TargetDetails, code: string, reason: string): string {
  return details === 'quoted' || ownCodes.has(code) ? reason : WITHHELD_REASON;
}

/** An entry of the provisioning logs, as a caller may read it. */
export function shownEntry(details: TargetDetails, entry: JsonObject): JsonObject {
  if (details === 'quoted') return entry;
  const status = entry['provisioningStatusInfo'];
  const error = isObject(status) ? status['errorInformation'] : undefined;
  const code = isObject(error) ? error['errorCode'] : undefined;
  if (!isObject(status) || !isObject(error) || typeof code !== 'string' || error['reason'] === null) return entry;
  return {
    ...entry,
    provisioningStatusInfo: { ...status, errorInformation: shownError(details, error) },
    ...(isObject(entry['statusInfo']) && { statusInfo: shownError(details, entry['statusInfo']) }),
    provisioningSteps: stepsOf(entry).map((step) => shownStep(details, step)),
    // How long no answer came tells a timeout from a closed port.
    ...(silentCodes.has(code) && { durationInMilliseconds: 0 }),
  };
}

function shownError(details: TargetDetails, error: JsonObject): JsonObject {
  const { errorCode, reason, errorCategory } = error;
  if (typeof errorCode !== 'string' || typeof reason !== 'string') return error;
  return {
    ...error,
    errorCode: shownCode(details, errorCode),
    reason: shownReason(details, errorCode, reason),
    ...(silentCodes.has(errorCode) && errorCategory !== undefined && { errorCategory: 'failure' }),
  };
}

function stepsOf({ provisioningSteps }: JsonObject): readonly JsonObject[] {
  return Array.isArray(provisioningSteps) ? (provisioningSteps as readonly JsonValue[]).filter(isObject) : [];
}

function shownStep(view: TargetDetails, step: JsonObject): JsonObject {
  const details = step['details'];
  if (!isObject(details) || typeof details['ErrorCode'] !== 'string') return step;
  return { ...step, details: { ...details, ErrorCode: shownCode(view, details['ErrorCode']) } };
}

/** What was on the wire, as a caller may read it. */
export function shownWire(details: TargetDetails, wire: WireLog): WireLog {
  return { ...wire, exchanges: wire.exchanges.map((exchange) => shownExchange(details, exchange)) };
}

/** A request with the beginning of its answer, or without the answer. */
export function shownExchange(details: TargetDetails, exchange: WireExchange): WireExchange {
  const { response } = exchange;
  if (details === 'withheld') return { ...exchange, durationMs: 0, response: null, error: WITHHELD_REASON };
  if (response === null) return exchange;
  const headers = quotedHeaders(response.headers);
  const left = QUOTED_BODY_MAX - Object.values(headers).join('').length;
  const isCut = response.body.length > left;
  const body = isCut ? response.body.slice(0, left).toWellFormed() : response.body;
  return { ...exchange, response: { ...response, headers, body, truncated: response.truncated || isCut } };
}
