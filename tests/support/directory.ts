import { randomBytes } from 'node:crypto';
import { createSecretBox } from '#base/secret-box.ts';
import type { Clock } from '#base/clock.ts';
import type { PasswordCost } from '#directory/password-hash.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules, type RulePreset, type Rules } from '#integrations/rules.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { openTestDatabase, type TestDatabaseOptions } from './test-database.ts';

/** The lowest cost that Argon2 accepts. Tests hash hundreds of passwords that need no protection. */
export const cheapestPasswordCost: PasswordCost = { memory: 8, passes: 1, parallelism: 1 };

/** A clock that moves only when `advance` is called. */
export interface TestClock extends Clock {
  advance: (ms: number) => void;
}

export interface TestDirectory extends AsyncDisposable {
  readonly deps: DirectoryDeps;
  readonly clock: TestClock;
  readonly caller: Caller;
  readonly withRules: (rules: Partial<Rules>) => Caller;
  /** Creates another organization with an integration in the same database. */
  readonly newCaller: (name: string) => Promise<Caller>;
}

/**
 * Opens a directory with an organization and an integration on a new database. The clock starts at 2026-01-05T09:00:00Z.
 *
 * @example
 * await using directory = await openTestDirectory('strict');
 * const { deps, caller, clock } = directory;
 */
export async function openTestDirectory(
  preset: RulePreset = 'standard',
  options?: TestDatabaseOptions,
): Promise<TestDirectory> {
  const opened = await openTestDatabase(options);
  const { database } = opened;
  let now = Date.UTC(2026, 0, 5, 9);
  const clock: TestClock = {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
  };
  const deps = {
    database,
    clock,
    schemas: standardSchemas,
    passwordCost: cheapestPasswordCost,
    secrets: createSecretBox(randomBytes(32)),
  };
  const newCaller = async (name: string): Promise<Caller> => {
    const organization = await insertOrganization(database, clock, name);
    const rules = presetRules(preset);
    const integration = await insertIntegration(database, clock, { organizationId: organization.id, name, rules });
    return {
      rules,
      origin: {
        organizationId: organization.id,
        actor: { type: 'integration', id: integration.id, name },
        integration: { id: integration.id, name },
        request: undefined,
      },
    };
  };
  const caller = await newCaller('Entra ID');
  return {
    deps,
    clock,
    caller,
    withRules: (rules) => ({ ...caller, rules: { ...caller.rules, ...rules } }),
    newCaller,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
