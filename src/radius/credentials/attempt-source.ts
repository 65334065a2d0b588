import type { AttemptClient } from '#accounts/attempts.ts';
import { fold } from '#base/fold.ts';

/** The separators that access points write into MAC addresses. */
const separators = /[-:. ]/g;

/**
 * Returns what failures of an attempt are counted for: the device that connects, because all devices share the address of the access point.
 * Without a Calling-Station-Id, as of some VPN gateways, all attempts at one RADIUS client for one name are counted together.
 *
 * @example sourceOf({ callingStation: 'AA-BB-CC-00-11-22', clientId }) // { kind: 'station', id: 'aabbcc001122' }
 */
export function sourceOf(attempt: {
  readonly callingStation: string | null;
  readonly clientId: string;
}): AttemptClient {
  const station = fold((attempt.callingStation ?? '').trim());
  if (station === '') return { kind: 'any', id: `radius ${attempt.clientId}` };
  const digits = station.replaceAll(separators, '');
  return { kind: 'station', id: /^[0-9a-f]{12}$/.test(digits) ? digits : station };
}
