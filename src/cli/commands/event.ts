import { Command, Option } from 'commander';
import { listEvents } from '#audit/event-store.ts';
import { eventTypes } from '#audit/event-types.ts';
import { isObject } from '#base/json.ts';
import { limitOption } from '../limit-option.ts';
import { printRows, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

interface ListOptions extends OutputOptions {
  readonly type?: string;
  readonly target?: string;
  readonly refused?: true;
  readonly limit: number;
}

export function eventCommand(): Command {
  const command = new Command('event').description('What happened: every change and every refused request.');
  command
    .command('list')
    .description('List events, the newest first.')
    .addOption(new Option('--type <type>', 'only this type').choices(Object.keys(eventTypes)))
    .option('--target <name>', 'only what concerns this user or group: userName, displayName or id')
    .option('--refused', 'only refused requests')
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => {
      await using session = await openSession();
      const events = await listEvents(session.deps.database, {
        organizationId: session.organization.id,
        type: options.type,
        target: options.target,
        refusedOnly: options.refused,
        limit: options.limit,
      });
      if (options.json === true) printRows(options, events, [], '');
      else printRows(options, events.map(line), ['time', 'event', 'about', 'by', 'what'], 'There are no such events.');
    });
  return command;
}

function line(event: Record<string, unknown>) {
  const resource = isObject(event['resource']) ? event['resource'] : {};
  const initiator = isObject(event['initiated_by']) ? event['initiated_by'] : {};
  return {
    time: event['timestamp'],
    event: event['event_type'],
    about: resource['username'] ?? resource['name'] ?? resource['id'],
    by: initiator['name'],
    what: event['error_message'] ?? changedFields(event['changes']),
  };
}

function changedFields(changes: unknown): string {
  if (!Array.isArray(changes)) return '';
  return changes
    .map((change: unknown) =>
      isObject(change) && typeof change['field'] === 'string' ? change['field'].split(':').at(-1) : '',
    )
    .join(', ');
}
