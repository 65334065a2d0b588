import type { LiveMessage } from '../../data/live.ts';

/**
 * True for an event about a tenant or about provisioning, and if messages may be missing. The other events are about the directory, to
 * which a cycle sends people by the second.
 */
export function isAboutStandIn({ kind, data }: LiveMessage): boolean {
  if (kind !== 'event') return kind === 'reset';
  return /^(?:entra|provisioning)_/.test(String((data as { readonly event_type?: unknown } | null)?.event_type));
}
