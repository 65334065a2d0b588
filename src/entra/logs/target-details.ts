import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { WireExchange } from '../wire/target-client.ts';
import { QUOTED_BODY_MAX, quotedHeaders } from '../wire/failure-text.ts';
import type { WireLog } from './log-store.ts';

/**
 * How much a caller may read of a target's responses. `quoted`: a caller with the permission entra.write, who may send requests to the
 * target, reads reasons and the beginning of a response. `withheld`: all other callers read only that a request failed. They see neither
 * the response nor the reason why there was none, so that a closed port, a timeout and an internal address look the same. The command line
 * shows everything, because its user has access to the database.
 */
export type TargetDetails = 'quoted' | 'withheld';

/** The text that callers read in place of a reason that is withheld. */
export const WITHHELD_REASON =
  'The application refused the request, or did not answer. The permission entra.write is needed to read its response.';

/** The codes of failures that the Entra ID stand-in detects itself. The reasons of these failures do not quote a response of the target. */
const localCodes: ReadonlySet<string> = new Set([
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
/** The codes that reveal why there was no response. */
const noAnswerCodes: ReadonlySet<string> = new Set([
  NO_ANSWER,
  'Timeout',
  'InternalError',
  'CredentialValidationUnavailable',
]);

/** Returns the error code that a caller may read for a failure. */
export function redactCode(details: TargetDetails, code: string): string {
  return details === 'withheld' && noAnswerCodes.has(code) ? NO_ANSWER : code;
}

/** Returns the reason of a failure, or `WITHHELD_REASON` if the caller may not read it. */
export function redactReason(details: TargetDetails, code: string, reason: string): string {
  return details === 'quoted' || localCodes.has(code) ? reason : WITHHELD_REASON;
}

/** Returns an entry of the provisioning logs without the details that a caller may not read. */
export function redactEntry(details: TargetDetails, entry: JsonObject): JsonObject {
  if (details === 'quoted') return entry;
  const status = entry['provisioningStatusInfo'];
  const error = isObject(status) ? status['errorInformation'] : undefined;
  const code = isObject(error) ? error['errorCode'] : undefined;
  if (!isObject(status) || !isObject(error) || typeof code !== 'string' || error['reason'] === null) return entry;
  return {
    ...entry,
    provisioningStatusInfo: { ...status, errorInformation: redactError(details, error) },
    ...(isObject(entry['statusInfo']) && { statusInfo: redactError(details, entry['statusInfo']) }),
    provisioningSteps: stepsOf(entry).map((step) => redactStep(details, step)),
    // Hides the duration, because it would distinguish a timeout from a closed port.
    ...(noAnswerCodes.has(code) && { durationInMilliseconds: 0 }),
  };
}

function redactError(details: TargetDetails, error: JsonObject): JsonObject {
  const { errorCode, reason, errorCategory } = error;
  if (typeof errorCode !== 'string' || typeof reason !== 'string') return error;
  return {
    ...error,
    errorCode: redactCode(details, errorCode),
    reason: redactReason(details, errorCode, reason),
    ...(noAnswerCodes.has(errorCode) && errorCategory !== undefined && { errorCategory: 'failure' }),
  };
}

function stepsOf({ provisioningSteps }: JsonObject): readonly JsonObject[] {
  return Array.isArray(provisioningSteps) ? (provisioningSteps as readonly JsonValue[]).filter(isObject) : [];
}

function redactStep(view: TargetDetails, step: JsonObject): JsonObject {
  const details = step['details'];
  if (!isObject(details) || typeof details['ErrorCode'] !== 'string') return step;
  return { ...step, details: { ...details, ErrorCode: redactCode(view, details['ErrorCode']) } };
}

/** Returns the HTTP exchanges of an entry without the details that a caller may not read. */
export function redactWireLog(details: TargetDetails, wire: WireLog): WireLog {
  return { ...wire, exchanges: wire.exchanges.map((exchange) => redactExchange(details, exchange)) };
}

/** Returns an exchange with the beginning of its response, or without the response if the caller may not read it. */
export function redactExchange(details: TargetDetails, exchange: WireExchange): WireExchange {
  const { response } = exchange;
  if (details === 'withheld') return { ...exchange, durationMs: 0, response: null, error: WITHHELD_REASON };
  if (response === null) return exchange;
  const headers = quotedHeaders(response.headers);
  const left = QUOTED_BODY_MAX - Object.values(headers).join('').length;
  const isCut = response.body.length > left;
  const body = isCut ? response.body.slice(0, left).toWellFormed() : response.body;
  return { ...exchange, response: { ...response, headers, body, truncated: response.truncated || isCut } };
}
