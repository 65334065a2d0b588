import type { Language } from './language.ts';
import { radiusReasons, type RadiusReason } from './radius-reasons.ts';
import { zhRadiusReasons } from './zh-radius-reasons.ts';

/**
 * Returns what happened and what the reader can do about it, in a language.
 *
 * @example
 * describeRadiusReason('notMember', 'en').text; // 'The user is not a member of a group that may connect.'
 */
export function describeRadiusReason(
  reason: RadiusReason,
  language: Language,
): { readonly text: string; readonly fix: string } {
  if (language === 'zh') return zhRadiusReasons[reason];
  const { text, fix } = radiusReasons[reason];
  return { text, fix };
}
