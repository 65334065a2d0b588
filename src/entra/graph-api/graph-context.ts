import { quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { EventDraft } from '#audit/event-types.ts';
import { inTransaction, type DatabaseTransaction } from '#database/database.ts';
import type { Clock } from '#base/clock.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { identityOf, originOf, type Context } from '#rest-api/context.ts';
import type { SecretName } from '../application/application.ts';
import { deletedSecretsText } from '../application/saved-secrets.ts';
import type { TargetDetails } from '../logs/target-details.ts';
import type { EntraTenant } from '../source/source-object.ts';
import { findTenant, listTenants } from '../source/tenant-store.ts';
import { StandInError, type Refusals } from '../texts/refusals/stand-in-error.ts';
import { GRAPH_PREFIX } from './graph-prefix.ts';

export const TENANT_HEADER = 'x-entra-tenant';

/**
 * Returns the tenant that the request names, by id or name, in ?tenant= or the x-entra-tenant header. Without a name, returns the
 * organization's only tenant. Throws `notFound` if the tenant does not exist. Throws `invalidQuery` if the request names several tenants,
 * or if it names none and the organization has several.
 */
export async function tenantOf(context: Context): Promise<EntraTenant> {
  const { deps, organizationId } = identityOf(context);
  const { tenant: named } = context.request.query as { readonly tenant?: unknown };
  const wanted = named ?? context.request.headers[TENANT_HEADER];
  if (wanted !== undefined && typeof wanted !== 'string') {
    throw new StandInError('invalidQuery', (texts) => texts.tenants.namedTwice, {
      attribute: TENANT_HEADER,
    });
  }
  if (wanted !== undefined && wanted !== '') {
    // Headers contain only ASCII, so clients percent-encode names with other characters.
    for (const name of new Set([wanted, decoded(wanted)])) {
      const found = await findTenant(deps.database, organizationId, name);
      if (found !== undefined) return found;
    }
  }
  const tenants = await listTenants(deps.database, organizationId);
  const [only] = tenants;
  const attribute = TENANT_HEADER;
  const names = tenants.map(({ name }) => quote(name)).join(', ');
  const known = (texts: Refusals) => texts.tenants.known(names, `${GRAPH_PREFIX}/tenants`);
  if (wanted !== undefined && wanted !== '') {
    throw new StandInError('notFound', (texts) => texts.tenants.unknown(quote(wanted), known(texts)), {
      attribute,
      value: wanted,
    });
  }
  if (only === undefined)
    throw new StandInError('notFound', (texts) => texts.tenants.none(known(texts)), { attribute });
  if (tenants.length === 1) return only;
  throw new StandInError('invalidQuery', (texts) => texts.tenants.several(attribute, known(texts)), { attribute });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An open transaction, and the services that a change needs. `record` stores an event in the same transaction. */
export interface GraphChange {
  readonly database: DatabaseTransaction;
  readonly clock: Clock;
  readonly secrets: SecretBox;
  readonly record: (event: EventDraft) => Promise<void>;
}

/**
 * Runs `work` in one transaction, so that a change and its events are stored together. `work` may run more than once and must change
 * nothing but the database.
 */
export async function runChange<Result>(
  context: Context,
  work: (change: GraphChange) => Promise<Result>,
): Promise<Result> {
  const { deps } = identityOf(context);
  const { clock, secrets } = deps;
  return await inTransaction(deps.database, async (database) => {
    const record = async (event: EventDraft) => await recordEvent(database, clock, originOf(context), event);
    return await work({ database, clock, secrets, record });
  });
}

/** Returns how much of a target's responses the caller may read: `quoted` with the permission entra.write, otherwise `withheld`. */
export function detailsFor(context: Context): TargetDetails {
  return identityOf(context).permissions.has('entra.write') ? 'quoted' : 'withheld';
}

/** Adds a Warning header (code 299) that names the saved secrets that were deleted. It is a header because a 204 response has no body. */
export function warnOfDeletedSecrets({ reply }: Context, deleted: readonly SecretName[]): void {
  const text = deletedSecretsText(deleted);
  if (text !== undefined) reply.header('warning', `299 tanhua "${text}"`);
}

/** Returns the URL of the API, as clients see it. */
export function graphUrl({ services }: Context): string {
  return `${services.accounts.publicUrl()}${GRAPH_PREFIX}`;
}

/** Returns the annotation "@odata.context" of a response. */
export function contextOf(context: Context, fragment: string): { readonly '@odata.context': string } {
  return { '@odata.context': `${graphUrl(context)}/$metadata#${fragment}` };
}

/** Returns the value of "@odata.nextLink": the URL of the request with this $skiptoken. */
function nextLink(context: Context, skipToken: string): string {
  return linkWith(context, { $skiptoken: skipToken });
}

/** Returns the response body for a page of a list. Set `count` only if the request asks for it, and `skipToken` except on the last page. */
export function pageAnswer(
  context: Context,
  fragment: string,
  page: {
    readonly count: number | undefined;
    readonly skipToken: string | undefined;
    readonly value: readonly JsonObject[];
  },
) {
  const { count, skipToken, value } = page;
  return {
    ...contextOf(context, fragment),
    ...(count !== undefined && { '@odata.count': count }),
    ...(skipToken !== undefined && { '@odata.nextLink': nextLink(context, skipToken) }),
    value,
  };
}

/** Returns the URL of the request with these query parameters replaced. A parameter with an empty value is left out. */
export function linkWith(context: Context, parameters: Readonly<Record<string, string>>): string {
  const [path = '', query = ''] = context.request.url.split('?', 2);
  const search = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters)) {
    search.delete(name);
    search.delete(name.slice(1));
    if (value !== '') search.set(name, value);
  }
  const text = search.toString().replaceAll('%24', '$');
  return `${context.services.accounts.publicUrl()}${path}?${text}`;
}
