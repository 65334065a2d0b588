import { openSecrets } from '#entra/application/applications.ts';
import { compileSchema } from '#entra/application/compile-schema.ts';
import { validateCredentials } from '#entra/wire/validate-credentials.ts';
import { namedApplication, namedTenant, openEntraSession } from '../entra-session.ts';
import type { TenantOptions } from '../chosen-application.ts';
import { exitCodes, print } from '../output.ts';

/** Runs Test Connection: requests a user and a group that do not exist, and prints whether the target accepts the credentials. */
export async function testConnection(name: string | undefined, options: TenantOptions): Promise<void> {
  await using session = await openEntraSession();
  const tenant = await namedTenant(session, options.tenant);
  const { application, job } = await namedApplication(session, tenant, name);
  const mappings = compileSchema(job.schema);
  const matching = (type: 'User' | 'Group') =>
    mappings.find(({ enabled, sourceType }) => enabled && sourceType === type)?.matching[0]?.target;
  const { clock, secrets, access } = session.engine;
  const tested = await validateCredentials(
    { ...application, secrets: openSecrets(secrets, application), clock, ...access },
    { user: matching('User') ?? 'userName', group: matching('Group') ?? null },
  );
  const text = tested.ok ? 'The authorization was successful.' : `${tested.code}: ${tested.message}`;
  print(options, tested, text);
  if (!tested.ok) process.exitCode = exitCodes.failure;
}
