import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { shownEvaluation, shownReplay } from '#scim-server/evaluation/evaluation-words.ts';
import { replayLogged, replayPasted } from '#scim-server/evaluation/replay.ts';
import { evaluationText, replayDeps, replayText } from '../evaluation-text.ts';
import { print, type OutputOptions } from '../output.ts';
import { readInput } from '../read-input.ts';
import { findIntegration, openSession, type Session } from '../session.ts';

interface ReplayOptions extends OutputOptions {
  readonly source?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
}

/** The options that describe another request than a logged one. */
const pastedOptions = ['method', 'path', 'body', 'source'] as const;

/** `tanhua request replay`: evaluates a logged or a pasted request without changing anything. */
export function requestReplayCommand(): Command {
  return new Command('replay')
    .argument('[id]', 'the id of a logged request, as "tanhua request list" shows it')
    .description('Show what the directory would do with a request today, without changing anything.')
    .option('--method <method>', 'instead of a logged request: POST, PUT, PATCH or DELETE')
    .option('--path <path>', 'the path of that request, such as /Users or /Users/ID')
    .option('--body <file>', 'the file with the body of that request; - for standard input')
    .option(
      '--source <integration>',
      'the integration that sends that request, by name or id; default: the first integration',
    )
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, options: ReplayOptions) => {
      await using session = await openSession();
      if (id === undefined) await replayFromOptions(session, options);
      else {
        const given = pastedOptions.filter((name) => options[name] !== undefined).map((name) => `--${name}`);
        if (given.length > 0) {
          throw new AppError(
            'usage',
            `The id ${quote(id)} of a logged request was given together with ${given.join(', ')}: a logged request has its own method, path, body and source. Give either the id, or --method and --path.`,
          );
        }
        const replay = shownReplay(await replayLogged(replayDeps(session), id));
        print(options, replay, replayText(replay));
      }
    });
}

async function replayFromOptions(session: Session, options: ReplayOptions): Promise<void> {
  const { method, path, body } = options;
  if (method === undefined || path === undefined) {
    throw new AppError('usage', 'Give the id of a logged request, or --method and --path of another request.');
  }
  const integration = await findIntegration(session, options.source);
  const sent = { method, path, body: body === undefined ? undefined : await readInput(body) };
  const evaluation = shownEvaluation(await replayPasted(replayDeps(session), integration, sent));
  print(options, evaluation, evaluationText(evaluation));
}
