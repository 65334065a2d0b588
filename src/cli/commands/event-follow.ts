import { Command } from 'commander';
import { eventTypes } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { eventSource } from '#live/event-source.ts';
import { describeEvent } from '../event-text.ts';
import { printFollowed, type FollowOptions } from '../print-followed.ts';
import { openSession } from '../session.ts';

interface EventFollowOptions extends FollowOptions {
  readonly type?: string;
}

export function eventFollowCommand(): Command {
  return new Command('follow')
    .description('Print events as they are recorded, until the command is stopped with Ctrl-C.')
    .option('--type <types>', 'only events of these types, separated by commas')
    .option('--source <name>', 'only events of this integration: its id or name')
    .option('--json', 'print each event as JSON on one line')
    .action(async (options: EventFollowOptions) => {
      const types = options.type === undefined ? undefined : typesOf(options.type);
      await using session = await openSession();
      await printFollowed(session, options, {
        source: eventSource,
        types,
        describe: (event) => describeEvent(event as Parameters<typeof describeEvent>[0]),
        list: 'tanhua event list',
        name: 'Events',
      });
    });
}

function typesOf(text: string): ReadonlySet<string> {
  const types = text.split(',').map((type) => type.trim());
  const unknown = types.find((type) => !Object.hasOwn(eventTypes, type));
  if (unknown === undefined) return new Set(types);
  throw new AppError('usage', `There is no event type ${quote(unknown)}: docs/reference/events.md lists all types.`);
}
