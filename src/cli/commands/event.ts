import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { searchedTarget } from '#audit/event-query-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { eventTypes } from '#audit/event-types.ts';
import { printable } from '#base/printable.ts';
import { emptySearchText, explainEmptySearch } from '#directory/empty-event-search.ts';
import { exportEvents, type ExportFormat } from '#audit/export-events.ts';
import { limitOption } from '../limit-option.ts';
import { describeEvent } from '../event-text.ts';
import { print, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';
import { timeOf } from '../time-option.ts';
import { eventFollowCommand } from './event-follow.ts';
import { eventSummaryCommand } from './event-summary.ts';
import { unidentifiedSentence } from '../unidentified-sentence.ts';

interface ListOptions extends OutputOptions {
  readonly type?: string;
  readonly target?: string;
  readonly request?: string;
  readonly refused?: true;
  readonly limit: number;
}

interface ExportOptions extends OutputOptions {
  readonly format: ExportFormat;
  readonly from: string;
  readonly to?: string;
  readonly text?: string;
  readonly target?: string;
}

export function eventCommand(): Command {
  const command = new Command('event').description(
    'List, follow, count and export the event log: every change and every refused request.',
  );
  command
    .command('list')
    .description('List events, newest first.')
    .addOption(new Option('--type <type>', 'only events of this type').choices(Object.keys(eventTypes)))
    .option(
      '--target <name>',
      'only events about this user or group: a current or former id, userName, username, email, displayName or externalId',
    )
    .option(
      '--request <id>',
      'only events of this request: its x-request-id, or the id that the client sent with the request',
    )
    .option('--refused', 'only refused requests')
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await using session = await openSession();
      const events = await listEvents(session.deps.database, {
        organizationId: session.organization.id,
        type: options.type,
        target: options.target,
        request: options.request,
        refusedOnly: options.refused,
        limit: options.limit,
      });
      const unidentified = events.length === 0 || options.refused === true ? await unidentifiedSentence(session) : '';
      if (events.length > 0) {
        print(options, events, textLines([...events.map(describeEvent), unidentified]));
        if (options.json === true) printToStderr(unidentified);
        return;
      }
      const { deps, organization } = session;
      const question = {
        target: options.target,
        type: options.type,
        request: options.request,
        refusedOnly: options.refused,
      };
      const explained = emptySearchText(await explainEmptySearch(deps, organization, question));
      const text = textLines([explained, unidentified]);
      print(options, events, text);
      if (options.json === true) printToStderr(text);
    });
  command
    .command('export')
    .description('Write events to standard output, oldest first.')
    .addOption(
      new Option('--format <format>', 'csv, or jsonl: one JSON object per line')
        .choices(['csv', 'jsonl'])
        .default('jsonl'),
    )
    .option('--from <time>', 'only events at or after this time (RFC 3339)', '1970-01-01T00:00:00Z')
    .option('--to <time>', 'only events before this time (RFC 3339); default: now')
    .option('--text <text>', 'only events that contain this text')
    .option('--target <name>', 'only events about this user or group, as in "tanhua event list"')
    .option('--json', 'same as --format jsonl')
    .action(writeEvents);
  command.addCommand(eventFollowCommand());
  command.addCommand(eventSummaryCommand());
  return command;
}

async function writeEvents(options: ExportOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const search = {
    organizationIds: [organization.id],
    from: timeOf('--from', options.from),
    to: options.to === undefined ? new Date(deps.clock.now().getTime() + 1) : timeOf('--to', options.to),
    text: options.text,
    target:
      options.target === undefined ? undefined : await searchedTarget(deps.database, organization.id, options.target),
  };
  const format = options.json === true ? 'jsonl' : options.format;
  await pipeline(exportEvents(deps.database, search, format), process.stdout, { end: false });
}

function textLines(all: readonly string[]): string {
  return all.filter((text) => text !== '').join('\n');
}

/** Prints a text to standard error, because standard output contains only the list if --json is given. */
function printToStderr(text: string): void {
  if (text !== '') console.error(printable(text));
}
