import { randomBytes } from 'node:crypto';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { isMistypedKey, newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { KeyOwner } from '#admins/key-record.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { EventDraft, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { hashPassword } from '#directory/password-hash.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { UNNAMED_ORGANIZATION } from '#organizations/organization-name.ts';
import { insertOrganization, listOrganizations } from '#organizations/organization-store.ts';

/** The result of the first start. Secrets that the environment sets are not included. */
export interface Bootstrapped {
  readonly administrator: string;
  /** Null if the environment sets it. */
  readonly password: string | null;
  /** The integration token, which can only use SCIM; null if the environment sets it. */
  readonly secretToken: string | null;
}

const ADMINISTRATOR_EMAIL = 'admin@localhost';
const INTEGRATION_NAME = 'Entra ID';
const PASSWORD_BYTES = 15;

/**
 * Throws `configuration` if a key has the prefix of a Tanhua key but a wrong checksum: it was cut or mistyped, and requests with it
 * would be refused. Also throws if both keys are equal.
 */
function requireIntactKeys({ bootstrapApiKey, bootstrapSecretToken }: Config): void {
  const values = { TANHUA_BOOTSTRAP_API_KEY: bootstrapApiKey, TANHUA_BOOTSTRAP_SECRET_TOKEN: bootstrapSecretToken };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || !isMistypedKey(value)) continue;
    throw new AppError('configuration', `${name} looks like a Tanhua key that was cut or mistyped: copy it again.`);
  }
  if (bootstrapApiKey === undefined || bootstrapApiKey !== bootstrapSecretToken) return;
  throw new AppError(
    'configuration',
    'TANHUA_BOOTSTRAP_API_KEY and TANHUA_BOOTSTRAP_SECRET_TOKEN have the same value: the first is the key of an administrator, the second a token that can only use SCIM. Set two different values.',
  );
}

/** Returns a random password for the first administrator. */
export function newFirstPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

/**
 * Creates the first organization with an administrator, an integration and its token. Returns undefined if an organization
 * already exists. The administrator gets an API key only if TANHUA_BOOTSTRAP_API_KEY is set. Throws `configuration`.
 */
export async function bootstrap(deps: DirectoryDeps, config: Config): Promise<Bootstrapped | undefined> {
  if ((await listOrganizations(deps.database)).length > 0) return undefined;
  requireIntactKeys(config);
  const password = config.bootstrapPassword ?? newFirstPassword();
  const token = config.bootstrapSecretToken ?? newApiKey();
  const passwordHash = await hashPassword(password, deps.passwordCost);
  const { database, clock } = deps;
  return await inTransaction(database, async (transaction) => {
    // Another process may have been faster while the password was hashed.
    await lockNames(transaction, 'installation', ['first start']);
    if ((await listOrganizations(transaction)).length > 0) return undefined;
    const organization = await insertOrganization(
      transaction,
      clock,
      config.bootstrapOrganization ?? UNNAMED_ORGANIZATION,
    );
    const administrator = await insertAdministrator(transaction, clock, {
      organizationId: organization.id,
      email: ADMINISTRATOR_EMAIL,
      name: 'Administrator',
      role: 'Administrator With Billing',
      passwordHash,
      createsOrganizations: true,
    });
    const integration = await insertIntegration(transaction, clock, {
      organizationId: organization.id,
      name: INTEGRATION_NAME,
      rules: presetRules(config.bootstrapRules),
    });
    const keys: readonly FirstKey[] = [
      { name: INTEGRATION_NAME, key: token, owner: { kind: 'integration', integrationId: integration.id } },
      ...(config.bootstrapApiKey === undefined
        ? []
        : [
            {
              name: 'Bootstrap',
              key: config.bootstrapApiKey,
              owner: { kind: 'administrator', administratorId: administrator.id, integrationId: integration.id },
            } as const,
          ]),
    ];
    const keyDrafts = await insertKeys(transaction, clock, organization.id, keys);
    const origin: Origin = {
      organizationId: organization.id,
      actor: { type: 'system', id: null, name: 'first start' },
      integration: undefined,
      request: undefined,
    };
    const drafts: readonly EventDraft[] = [
      { type: 'organization_create', target: { type: 'organization', id: organization.id, name: organization.name } },
      { type: 'admin_create', target: { type: 'admin', id: administrator.id, name: administrator.email } },
      { type: 'integration_create', target: { type: 'integration', id: integration.id, name: integration.name } },
      ...keyDrafts,
    ];
    for (const draft of drafts) await recordEvent(transaction, clock, origin, draft);
    return {
      administrator: ADMINISTRATOR_EMAIL,
      password: config.bootstrapPassword === undefined ? password : null,
      secretToken: config.bootstrapSecretToken === undefined ? token : null,
    };
  });
}

interface FirstKey {
  readonly name: string;
  readonly key: string;
  readonly owner: KeyOwner;
}

async function insertKeys(
  transaction: Database,
  clock: Clock,
  organizationId: string,
  keys: readonly FirstKey[],
): Promise<readonly EventDraft[]> {
  const drafts: EventDraft[] = [];
  for (const { name, key, owner } of keys) {
    const id = await insertApiKey(transaction, clock, { organizationId, owner, name, key, expiresAt: null });
    drafts.push({ type: 'api_key_create', target: { type: 'api_key', id, name } });
  }
  return drafts;
}
