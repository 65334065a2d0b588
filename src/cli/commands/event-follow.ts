import { Command } from 'commander';
import { eventTypes } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { printable } from '#base/printable.ts';
import { systemTimer } from '#base/timer.ts';
import { eventSource } from '#live/event-source.ts';
import { followRows } from '#live/follow-rows.ts';
import { describeEvent } from '../event-text.ts';
import type { OutputOptions } from '../output.ts';
import { findIntegration, openSession } from '../session.ts';

interface FollowCommandOptions extends OutputOptions {
  readonly type?: string;
  readonly source?: string;
}

export function eventFollowCommand(): Command {
  return new Command('follow')
    .description('Print events as they are recorded, until the command is stopped with Ctrl-C.')
    .option('--type <types>', 'only events of these types, separated by commas')
    .option('--source <name>', 'only events of this integration: its id or name')
    .option('--json', 'print each event as JSON on one line')
    .action(follow);
}

async function follow(options: FollowCommandOptions): Promise<void> {
  const types = options.type === undefined ? undefined : typesOf(options.type);
  await using session = await openSession();
  const { fleet, organization } = session;
  const integration = options.source === undefined ? undefined : await findIntegration(session, options.source);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const rows = followRows({
    fleet,
    organizationId: organization.id,
    source: eventSource,
    timer: systemTimer,
    signal: stopping.signal,
    onOutage: (error) =>
      note(
        error === undefined
          ? 'The database can be reached again.'
          : `${error.message} The command continues when the database can be reached again.`,
      ),
    onGap: () => note('Events may be missing here: see "tanhua event list".'),
  });
  for await (const { type, source, data } of rows) {
    if (types !== undefined && !types.has(type)) continue;
    if (integration !== undefined && source !== integration.id) continue;
    console.log(options.json === true ? data : printable(describeEvent(JSON.parse(data))));
  }
}

/** Prints a text to standard error, because standard output contains only events. */
function note(text: string): void {
  console.error(printable(text));
}

function typesOf(text: string): ReadonlySet<string> {
  const types = text.split(',').map((type) => type.trim());
  const unknown = types.find((type) => !Object.hasOwn(eventTypes, type));
  if (unknown === undefined) return new Set(types);
  throw new AppError('usage', `There is no event type ${quote(unknown)}: docs/reference/events.md lists all types.`);
}
