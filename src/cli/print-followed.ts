import { AppError } from '#base/errors.ts';
import { printable } from '#base/printable.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { followRows } from '#live/follow-rows.ts';
import type { LiveSource } from '#live/live-source.ts';
import type { OutputOptions } from './output.ts';
import { findIntegration, type Session } from './session.ts';

/** The options of a command that prints rows as they are recorded. */
export interface FollowOptions extends OutputOptions {
  readonly source?: string;
}

/** The rows that a command follows. */
export interface Followed {
  readonly source: LiveSource;
  /** Only rows of these types; undefined for all. */
  readonly types: ReadonlySet<string> | undefined;
  /** Describes a row, parsed from its JSON, on one line. */
  readonly describe: (row: unknown) => string;
  /** The command that lists these rows, and what they are, such as "Events". */
  readonly list: string;
  readonly name: string;
}

/**
 * Prints the rows of an organization that are committed from now on, until the process gets SIGINT or SIGTERM.
 *
 * @param stopping Ends the rows, too. Only tests pass it, and a timer that they advance.
 */
export async function printFollowed(
  session: Pick<Session, 'deps' | 'fleet' | 'organization'>,
  options: FollowOptions,
  followed: Followed,
  { timer, stopping }: { readonly timer: Timer; readonly stopping: AbortController } = {
    timer: systemTimer,
    stopping: new AbortController(),
  },
): Promise<void> {
  const { fleet, organization } = session;
  const integration = options.source === undefined ? undefined : await findIntegration(session, options.source);
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const rows = followRows({
    fleet,
    organizationId: organization.id,
    source: followed.source,
    timer,
    signal: stopping.signal,
    onOutage: (error) =>
      note(
        error === undefined
          ? 'The database can be reached again.'
          : `${error.message} The command continues when the database can be reached again.`,
      ),
    onGap: () => note(`${followed.name} may be missing here: see "${followed.list}".`),
  });
  for await (const { type, source, data } of rows) {
    if (followed.types !== undefined && !followed.types.has(type)) continue;
    if (integration !== undefined && source !== integration.id) continue;
    const json = data('en');
    console.log(options.json === true ? json : printable(followed.describe(JSON.parse(json))));
  }
}

/** Prints a text to standard error, because standard output contains only rows. */
function note(text: string): void {
  console.error(printable(text));
}

/**
 * Returns the names in a list that is separated by commas; undefined without a list. Throws `usage` for a name that is not known.
 *
 * @param refusal Returns the message about an unknown name.
 */
export function namesIn(
  list: string | undefined,
  known: object,
  refusal: (name: string) => string,
): ReadonlySet<string> | undefined {
  if (list === undefined) return undefined;
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw new AppError('usage', refusal(unknown));
  return new Set(names);
}
