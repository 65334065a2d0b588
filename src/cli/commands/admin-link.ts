import { Command } from 'commander';
import { deleteLink, insertLink } from '#admins/administrator-link-store.ts';
import { findRole, roleNames } from '#admins/roles.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { findPlacedOrganization } from '#organizations/placed-organizations.ts';
import { namedAdministrator } from '../named-administrator.ts';
import { print, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

interface LinkOptions extends OutputOptions {
  readonly organization: string;
  readonly role: string;
}

export function adminLinkCommand(): Command {
  return new Command('link')
    .argument('<administrator>', 'e-mail address or id')
    .description('Let an administrator work for another organization as well.')
    .requiredOption('--organization <name>', 'the other organization, by name or id')
    .requiredOption('--role <role>', `the role there: one of ${roleNames.join(', ')}`)
    .option('--json', 'print JSON')
    .action(async (name: string, options: LinkOptions) => {
      const role = findRole(options.role);
      if (role === undefined) {
        throw new AppError('usage', `There is no role ${quote(options.role)}. The roles are ${roleNames.join(', ')}.`);
      }
      const { email, other } = await change(name, options, { role });
      print(
        options,
        { email, organization: other.id, role },
        `${email} is ${role} of ${quote(other.name)} as well, and names one of the two in x-org-id from now on: ${other.id}`,
      );
    });
}

export function adminUnlinkCommand(): Command {
  return new Command('unlink')
    .argument('<administrator>', 'e-mail address or id')
    .description('End the work of an administrator for another organization.')
    .requiredOption('--organization <name>', 'the other organization, by name or id')
    .option('--json', 'print JSON')
    .action(async (name: string, options: LinkOptions) => {
      const { email, other } = await change(name, options, null);
      print(options, { email, organization: other.id }, `${email} does not work for ${quote(other.name)} any more.`);
    });
}

async function change(name: string, options: LinkOptions, to: { readonly role: string } | null) {
  await using session = await openSession();
  const { deps, fleet, organization, origin } = session;
  const { id, email } = await namedAdministrator(session, name);
  const other = await findPlacedOrganization(fleet, options.organization);
  if (other.id === organization.id) throw new AppError('usage', `${email} belongs to that organization anyway.`);
  await inTransaction(deps.database, async (transaction) => {
    if (to !== null) {
      await insertLink(transaction, { id, organizationId: organization.id }, { organizationId: other.id, ...to });
    } else if (!(await deleteLink(transaction, id, other.id))) {
      throw new AppError('notFound', `${email} does not work for ${quote(other.name)}.`);
    }
    await recordEvent(transaction, deps.clock, origin, {
      type: 'admin_update',
      target: { type: 'admin', id, name: email },
      changes: [{ field: 'organizationlinks', from: null, to: to && { organizationId: other.id, ...to } }],
    });
  });
  const foreign = { ...origin, organizationId: other.id };
  await recordEvent(other.shard.database, deps.clock, foreign, {
    type: 'admin_update',
    target: { type: 'admin', id, name: email },
    changes: [{ field: 'administratorlinks', from: null, to: to?.role ?? null }],
  });
  return { email, other };
}
