import { randomBytes } from 'node:crypto';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { isMistypedKey, newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { EventDraft, Origin } from '#audit/event-types.ts';
import type { Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { hashPassword } from '#directory/password-hash.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { insertOrganization, listOrganizations } from '#organizations/organization-store.ts';

/** What the first start made. Secrets that were set by the environment are not shown again. */
export interface Bootstrapped {
  readonly administrator: string;
  /** null when it was set by the environment. */
  readonly password: string | null;
  /** null when it was set by the environment. */
  readonly apiKey: string | null;
}

const ADMINISTRATOR_EMAIL = 'admin@localhost';
const INTEGRATION_NAME = 'Entra ID';
const PASSWORD_BYTES = 15;

/** A key that looks like one of ours and is none was cut or mistyped: it would be refused. Throws configuration. */
function requireWhole(key: string | undefined): void {
  if (key === undefined || !isMistypedKey(key)) return;
  throw new AppError('configuration', 'TANHUA_BOOTSTRAP_API_KEY looks like a key of Tanhua that was cut or mistyped.');
}

/** Makes the first organization with an administrator, an integration and a key, unless there is one already. */
export async function bootstrap(deps: DirectoryDeps, config: Config): Promise<Bootstrapped | undefined> {
  if ((await listOrganizations(deps.database)).length > 0) return undefined;
  requireWhole(config.bootstrapApiKey);
  const password = config.bootstrapPassword ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  const key = config.bootstrapApiKey ?? newApiKey();
  const passwordHash = await hashPassword(password, deps.passwordCost);
  const { database, clock } = deps;
  return await inTransaction(database, async (transaction) => {
    // Another process may have been faster while the password was hashed.
    await lockNames(transaction, 'installation', ['first start']);
    if ((await listOrganizations(transaction)).length > 0) return undefined;
    const organization = await insertOrganization(transaction, clock, 'My organization');
    const administrator = await insertAdministrator(transaction, clock, {
      organizationId: organization.id,
      email: ADMINISTRATOR_EMAIL,
      name: 'Administrator',
      role: 'Administrator With Billing',
      passwordHash,
    });
    const integration = await insertIntegration(transaction, clock, {
      organizationId: organization.id,
      name: INTEGRATION_NAME,
      rules: presetRules(config.bootstrapRules),
    });
    const keyId = await insertApiKey(transaction, clock, {
      organizationId: organization.id,
      owner: { kind: 'administrator', administratorId: administrator.id, integrationId: integration.id },
      name: 'Bootstrap',
      key,
      expiresAt: null,
    });
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
      { type: 'api_key_create', target: { type: 'api_key', id: keyId, name: 'Bootstrap' } },
    ];
    for (const draft of drafts) await recordEvent(transaction, clock, origin, draft);
    return {
      administrator: ADMINISTRATOR_EMAIL,
      password: config.bootstrapPassword === undefined ? password : null,
      apiKey: config.bootstrapApiKey === undefined ? key : null,
    };
  });
}
