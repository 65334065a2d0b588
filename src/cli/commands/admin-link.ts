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
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('Give an administrator access to another organization as well.')
    .requiredOption('--organization <name>', 'the other organization, by name or id')
    .requiredOption('--role <role>', `the role in the other organization: one of ${roleNames.join(', ')}`)
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
        `${email} now has the role ${role} in ${quote(other.name)} as well. From now on, API requests of this administrator must name one of the organizations in the x-org-id header. The id of this one is ${other.id}.`,
      );
    });
}

export function adminUnlinkCommand(): Command {
  return new Command('unlink')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('Remove the access of an administrator to another organization.')
    .requiredOption('--organization <name>', 'the other organization, by name or id')
    .option('--json', 'print JSON')
    .action(async (name: string, options: LinkOptions) => {
      const { email, other } = await change(name, options, null);
      print(options, { email, organization: other.id }, `${email} no longer has access to ${quote(other.name)}.`);
    });
}

async function change(name: string, options: LinkOptions, to: { readonly role: string } | null) {
  await using session = await openSession();
  const { deps, fleet, organization, origin } = session;
  const { id, email } = await namedAdministrator(session, name);
  const other = await findPlacedOrganization(fleet, options.organization);
  if (other.id === organization.id) throw new AppError('usage', `${email} already belongs to that organization.`);
  await inTransaction(deps.database, async (transaction) => {
    if (to !== null) {
      await insertLink(transaction, { id, organizationId: organization.id }, { organizationId: other.id, ...to });
    } else if (!(await deleteLink(transaction, id, other.id))) {
      throw new AppError('notFound', `${email} has no access to ${quote(other.name)}.`);
    }
    await recordEvent(transaction, deps.clock, origin, {
      type: 'admin_update',
      target: { type: 'admin', id, name: email },
      changes: [{ field: 'organizationlinks', from: null, to: to && { organizationId: other.id, ...to } }],
    });
  });
  const otherOrigin = { ...origin, organizationId: other.id };
  await recordEvent(other.shard.database, deps.clock, otherOrigin, {
    type: 'admin_update',
    target: { type: 'admin', id, name: email },
    changes: [{ field: 'administratorlinks', from: null, to: to?.role ?? null }],
  });
  return { email, other };
}
