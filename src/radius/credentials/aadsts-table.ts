import type { RadiusReason } from '#base/words/radius-reasons.ts';

/**
 * The outcome of each AADSTS code of Entra ID that is known here: the name of a row of `radiusReasons`, which has the answer to the device,
 * plain words and the fix. The codes are those of Microsoft's page "Microsoft Entra authentication and authorization error codes". Microsoft
 * says that texts may change, so that only the numbers in `error_codes` are read.
 */
export const aadstsTable: ReadonlyMap<number, RadiusReason> = new Map<number, RadiusReason>([
  // The name or the password
  [50126, 'entraWrongPassword'],
  [50064, 'entraWrongPassword'],
  [50034, 'entraUserUnknown'],
  [50056, 'entraNoPassword'],
  [50055, 'entraPasswordExpired'],
  // The password of Active Directory has expired.
  [50144, 'entraPasswordExpired'],
  [50057, 'entraDisabled'],
  [50053, 'entraLocked'],
  // The password was right, but a policy refuses.
  [50072, 'entraSecondFactor'],
  [50074, 'entraSecondFactor'],
  [50076, 'entraSecondFactor'],
  [50078, 'entraSecondFactor'],
  [50079, 'entraSecondFactor'],
  // A second factor of another provider.
  [50158, 'entraSecondFactor'],
  [50097, 'entraDevice'],
  [53000, 'entraDevice'],
  [53001, 'entraDevice'],
  [53002, 'entraConditionalAccess'],
  [53003, 'entraConditionalAccess'],
  [50131, 'entraConditionalAccess'],
  [53004, 'entraRisk'],
  [530035, 'entraSecurityDefaults'],
  [50105, 'entraNotAssigned'],
  [65001, 'entraConsent'],
  // The settings of the RADIUS server
  [7000218, 'entraSecretMissing'],
  [7000215, 'entraSecretWrong'],
  [7000222, 'entraSecretExpired'],
  [700025, 'entraSecretUnexpected'],
  [700016, 'entraApplicationUnknown'],
  [90002, 'entraTenantUnknown'],
  [50194, 'entraTenantShared'],
  // Temporary
  [90033, 'entraUnavailable'],
  [50033, 'entraUnavailable'],
  [50087, 'entraUnavailable'],
  // LoopDetected: the same client signed in too often within a short time.
  [50196, 'entraThrottled'],
]);

/**
 * Errors of RFC 6749 §5.2 that are about the client or its request, not about the person. An unknown code with one of them is a fault of
 * the settings: the person must not be refused for it.
 */
const clientErrors: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
]);

/**
 * Returns the reason for the codes of a 4xx answer, and the code that decided. Unknown codes refuse the person, unless the answer says
 * that the client is at fault.
 *
 * @example reasonOfCodes([50076], 'interaction_required') // { reason: 'entraSecondFactor', aadsts: 50076 }
 */
export function reasonOfCodes(
  codes: readonly number[],
  error: string,
): { readonly reason: RadiusReason; readonly aadsts: number | null } {
  for (const aadsts of codes) {
    const reason = aadstsTable.get(aadsts);
    if (reason !== undefined) return { reason, aadsts };
  }
  return { reason: clientErrors.has(error) ? 'entraRequestRefused' : 'entraRefused', aadsts: codes[0] ?? null };
}
