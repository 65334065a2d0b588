import { DAY_MS } from '#base/clock.ts';

/** An expiring certificate is reported when one of these numbers of days is left. */
export const CERTIFICATE_WARNING_DAYS = [60, 30, 14, 7, 1] as const;

export interface CertificateWarning {
  /** The days that are left, rounded up; 0 if the certificate has expired. */
  readonly daysLeft: number;
  /** The smallest of CERTIFICATE_WARNING_DAYS that has been reached; 0 if the certificate has expired. */
  readonly reached: number;
}

/**
 * Returns the warning about the end of a certificate; undefined if more than 60 days are left. After this end, devices stop connecting
 * without a message to any administrator.
 *
 * @param notAfter the end of the certificate
 * @example certificateWarning(new Date('2026-12-31'), new Date('2026-12-20')) // { daysLeft: 11, reached: 14 }
 */
export function certificateWarning(notAfter: Date, now: Date): CertificateWarning | undefined {
  const leftMs = notAfter.getTime() - now.getTime();
  if (leftMs <= 0) return { daysLeft: 0, reached: 0 };
  const reached = CERTIFICATE_WARNING_DAYS.filter((days) => leftMs <= days * DAY_MS).at(-1);
  return reached === undefined ? undefined : { daysLeft: Math.ceil(leftMs / DAY_MS), reached };
}
