import type { Command } from 'commander';
import { editSchema } from '#entra/application/applications.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { SynchronizationSchema } from '#entra/application/synchronization-schema.ts';
import { chosenApplication, consequenceTexts, jobOf, withTenant, type TenantOptions } from './chosen-application.ts';
import { print } from './output.ts';
import { openSession, type Session } from './session.ts';

/** Options that select the mapping that a command works on: the group mapping with --groups, otherwise the user mapping. */
export interface MappingOptions extends TenantOptions {
  readonly app?: string | undefined;
  readonly groups?: boolean;
}

export function withApplication(command: Command): Command {
  return withTenant(command).option('--app <name>', 'the application, by name or id; required if there are several');
}

export function withMapping(command: Command): Command {
  return withApplication(command).option('--groups', 'use the mapping of groups instead of the mapping of users');
}

export function typeOf({ groups }: MappingOptions): 'User' | 'Group' {
  return groups === true ? 'Group' : 'User';
}

/** Returns the application that the options name, and its job. Throws `notFound`, and `usage` if there are several. */
export async function chosenJob(session: Session, options: MappingOptions) {
  const application = await chosenApplication(session, options, options.app);
  return { application, job: await jobOf(session, application) };
}

/**
 * Changes the mappings of an application, and prints the effect on the next cycles.
 *
 * @param done the sentence to print if the mappings changed, or a function that returns it
 * @param edit returns the changed schema
 */
export async function changeMappings(
  options: MappingOptions,
  done: string | ((before: SynchronizationSchema, after: SynchronizationSchema) => string),
  edit: (schema: SynchronizationSchema) => SynchronizationSchema,
): Promise<StoredJob> {
  await using session = await openSession();
  const application = await chosenApplication(session, options, options.app);
  let before: SynchronizationSchema | undefined;
  const { job, consequence } = await editSchema(session.deps, application, (schema) => {
    before = schema;
    return edit(schema);
  });
  const message = typeof done === 'string' ? done : done(before ?? job.schema, job.schema);
  const text = consequence === 'none' ? 'Nothing changed.' : `${message}\n${consequenceTexts[consequence]}`;
  print(options, { applicationId: application.id, jobId: job.id, changed: consequence !== 'none', consequence }, text);
  return job;
}
