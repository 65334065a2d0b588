import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import {
  findDefaultRules,
  findIntegration,
  insertIntegration,
  listIntegrations,
  updateIntegration,
  type Integration,
} from './integration-store.ts';
import { changedRules, type Rules } from './rules.ts';

interface IntegrationDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** The maximum number of integrations of an organization. */
export const INTEGRATIONS_MAX = 100;

/** Finds an integration; the oldest one if the id is null. Throws `notFound` (404) if there is no such integration. */
export async function requireIntegration(
  database: Database,
  organizationId: string,
  id: string | null,
): Promise<Integration> {
  const found = await findIntegration(database, organizationId, id);
  if (found !== undefined) return found;
  const named = id === null ? undefined : quote(id);
  throw new TranslatedError('notFound', ({ admin }) => admin.sources.unknown(named), { attribute: 'id', value: id });
}

/** Finds an integration in a list by its id or by its name, ignoring letter case. */
export function integrationNamed(integrations: readonly Integration[], nameOrId: string): Integration | undefined {
  return integrations.find(({ id, name }) => id === nameOrId || fold(name) === fold(nameOrId));
}

/** Returns the integration with an id or a name, ignoring letter case. Throws `notFound` (404), with a list of the integrations. */
export async function requireIntegrationNamed(
  database: Database,
  organizationId: string,
  nameOrId: string,
): Promise<Integration> {
  const all = await listIntegrations(database, organizationId);
  const found = integrationNamed(all, nameOrId);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => quote(name)).join(', ');
  throw new TranslatedError('notFound', ({ admin }) => admin.sources.unknownAmong(quote(nameOrId), names), {
    attribute: 'source',
    value: nameOrId,
  });
}

/**
 * Creates an integration, and records an event. `rules` returns its rules from the default rules of the organization. Throws `conflict` (409) if another integration has the name, or if the organization has
 * INTEGRATIONS_MAX integrations.
 */
export async function createIntegration(
  deps: IntegrationDeps,
  origin: Origin,
  draft: { readonly name: string; readonly rules: (defaults: Rules) => Rules },
): Promise<Integration> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['integrations']);
    const all = await listIntegrations(transaction, organizationId);
    requireFree(all, draft.name, undefined);
    if (all.length >= INTEGRATIONS_MAX) {
      throw new TranslatedError('conflict', ({ admin }) => admin.sources.tooMany(INTEGRATIONS_MAX));
    }
    const defaults = await findDefaultRules(transaction, organizationId);
    const rules = draft.rules(defaults.rules);
    const integration = await insertIntegration(transaction, deps.clock, { organizationId, name: draft.name, rules });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'integration_create',
      target: { type: 'integration', id: integration.id, name: integration.name },
    });
    return integration;
  });
}

/**
 * Changes the name or the rules of an integration, and records an event. The new rules apply to all later requests. Throws `notFound`
 * (404) if there is no integration with this id, and `conflict` (409) if another integration has the name.
 */
export async function changeIntegration(
  deps: IntegrationDeps,
  origin: Origin,
  id: string,
  change: { readonly name?: string | undefined; readonly rules: (before: Rules) => Rules },
): Promise<Integration> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['integrations']);
    const before = await requireIntegration(transaction, organizationId, id);
    const { name = before.name } = change;
    requireFree(await listIntegrations(transaction, organizationId), name, id);
    const rules = change.rules(before.rules);
    const changes = [
      ...(name === before.name ? [] : [{ field: 'name', from: before.name, to: name }]),
      ...changedRules(before.rules, rules),
    ];
    if (changes.length === 0) return before;
    await updateIntegration(transaction, id, { name, rules });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'integration_update',
      target: { type: 'integration', id, name },
      changes,
    });
    return { ...before, name, rules };
  });
}

function requireFree(all: readonly Integration[], name: string, exceptId: string | undefined): void {
  if (!all.some((one) => one.id !== exceptId && fold(one.name) === fold(name))) return;
  throw new TranslatedError('conflict', ({ admin }) => admin.sources.nameTaken(quote(name)), {
    attribute: 'name',
    value: name,
  });
}
