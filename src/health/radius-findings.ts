import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DAY_MS } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import type { Language } from '#base/words/language.ts';
import { certificateWarning } from '#radius/certificates/certificate-warnings.ts';
import { certificatePath } from '#radius/certificates/engine-certificates.ts';
import { isRadiusOn } from '#radius/radius-mode.ts';
import { healthWordsIn } from './health-words-in.ts';
import type { Finding } from './key-findings.ts';

export type RadiusHealthConfig = Pick<Config, 'radius' | 'dataDir' | 'radiusCertificatePath'>;

/**
 * Reports when the certificate for RADIUS expires: a warning from 60 days before its end, and a fault after it. Reports nothing if RADIUS is
 * not used on this machine.
 */
export function radiusFindings(config: RadiusHealthConfig, now: Date, language: Language = 'en'): readonly Finding[] {
  if (!isRadiusOn(config)) return [];
  const words = healthWordsIn(language);
  const path = certificatePath(config);
  const finding = (status: Finding['status'], detail: string) => [{ check: 'RADIUS certificate', status, detail }];
  try {
    const { validToDate } = new X509Certificate(readFileSync(path));
    const warning = certificateWarning(validToDate, now);
    if (warning?.reached === 0) return finding('fault', words.radiusCertificateExpired(path));
    if (warning !== undefined) return finding('warning', words.radiusCertificateExpires(path, warning.daysLeft));
    const days = Math.floor((validToDate.getTime() - now.getTime()) / DAY_MS);
    return finding('ok', words.radiusCertificate(path, days));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return finding('warning', words.radiusCertificateUnreadable(path, cause));
  }
}
