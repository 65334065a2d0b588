import { Command } from 'commander';
import { quote } from '#base/errors.ts';
import { requestSource } from '#live/request-source.ts';
import { requestKinds } from '#request-log/logged-request.ts';
import { namesIn, printFollowed, type FollowOptions } from '../print-followed.ts';
import { requestLine } from '../request-line.ts';
import { openSession } from '../session.ts';

interface RequestFollowOptions extends FollowOptions {
  readonly kind?: string;
}

/** `tanhua request follow`: the live requests of GET /api/live. */
export function requestFollowCommand(): Command {
  return new Command('follow')
    .description(
      'Print SCIM requests as they arrive, until the command is stopped with Ctrl-C. Requests of which only the number is kept, such as reads, are printed up to half a second later than the others, so that they can follow requests that arrived after them.',
    )
    .option(
      '--kind <kinds>',
      `only requests of these kinds, separated by commas: ${Object.keys(requestKinds).join(', ')}`,
    )
    .option('--source <name>', 'only requests of this integration: its id or name')
    .option('--json', 'print each request as JSON on one line')
    .action(async (options: RequestFollowOptions) => {
      const types = namesIn(
        options.kind,
        requestKinds,
        (kind) => `${quote(kind)} is not a kind of request. The kinds are: ${Object.keys(requestKinds).join(', ')}.`,
      );
      await using session = await openSession();
      await printFollowed(session, options, {
        source: requestSource,
        types,
        describe: (request) => requestLine(request as Parameters<typeof requestLine>[0]),
        list: 'tanhua request list',
        name: 'Requests',
      });
    });
}
