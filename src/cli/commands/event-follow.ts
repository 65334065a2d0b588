import { Command } from 'commander';
import { eventTypes } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { eventSource } from '#live/event-source.ts';
import { describeEvent } from '../event-text.ts';
import { namesIn, printFollowed, type FollowOptions } from '../print-followed.ts';
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
      const types = namesIn(
        options.type,
        eventTypes,
        (type) => `${quote(type)} is not an event type: docs/reference/events.md lists all types.`,
      );
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
