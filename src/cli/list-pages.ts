import type { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { listResources, type Listed } from '#directory/listing.ts';
import { findSequence, type ListPosition } from '#directory/list-store.ts';
import type { Filter } from '#scim/filter/ast.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { LIMIT_MAX, limitOption } from './limit-option.ts';
import type { OutputOptions } from './output.ts';
import type { Session } from './session.ts';

/** Options of a list that may be longer than one page. */
export interface PageOptions extends OutputOptions {
  readonly limit: number;
  readonly after?: string;
  readonly all?: true;
}

export function withPages(command: Command): Command {
  return command
    .addOption(limitOption())
    .option('--after <id>', 'continue after the row with this id, which was the last one of the previous page')
    .option('--all', 'print all rows, regardless of --limit')
    .option('--json', 'print JSON');
}

/**
 * Reads the rows of a list that the options select, in the order of creation. `more` is the line that says how to continue, or
 * undefined at the end of the list. Throws `notFound` if --after is not an id.
 */
export async function readPages(
  session: Session,
  type: ResourceTypeName,
  options: PageOptions,
  filter?: Filter,
): Promise<{ readonly rows: readonly Listed[]; readonly more: string | undefined }> {
  const { deps, organization } = session;
  const rows: Listed[] = [];
  let position: ListPosition = await positionOf(session, type, options.after);
  let knownTotal: number | undefined;
  for (;;) {
    const count = options.all === true ? LIMIT_MAX : options.limit;
    const page = await listResources(deps, organization.id, { types: [type], filter, position, count, knownTotal });
    rows.push(...page.resources);
    const last = page.resources.at(-1);
    if (!page.more || last === undefined) return { rows, more: undefined };
    if (options.all !== true) {
      const narrower = type === 'User' ? ', or use --filter' : '';
      return { rows, more: `… there are more: add --after ${last.key.id} or --all${narrower}` };
    }
    position = { kind: 'after', key: last.key };
    knownTotal = page.total;
  }
}

async function positionOf(
  { deps, organization }: Session,
  type: ResourceTypeName,
  after: string | undefined,
): Promise<ListPosition> {
  if (after === undefined) return { kind: 'offset', offset: 0 };
  const sequence = await findSequence(deps.database, organization.id, type, after);
  if (sequence !== undefined) return { kind: 'after', key: { type, sequence, id: after, value: null } };
  const kind = type === 'User' ? 'user' : 'group';
  throw new AppError(
    'notFound',
    `--after is ${quote(after)}, which is not the id of a ${kind}: give the last id of the previous page.`,
  );
}
