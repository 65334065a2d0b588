import { Command, Option } from 'commander';
import { requireRefusalCode } from '#base/reasons/refusal-codes.ts';
import { ruleFinder } from '#integrations/deciding-rule.ts';
import { listRequests, showRequest } from '#request-log/exchange.ts';
import {
  requestKinds,
  requestMethods,
  requestOutcomes,
  type RequestKind,
  type RequestOutcome,
} from '#request-log/logged-request.ts';
import { decodeCursor, encodeCursor } from '#request-log/request-cursor.ts';
import type { ShownRequest } from '#request-log/shown-request.ts';
import { limitOption } from '../limit-option.ts';
import { print, properties, type OutputOptions } from '../output.ts';
import { findIntegration, openSession, publicUrlOf } from '../session.ts';
import { requestLine } from '../request-line.ts';
import { timeOf } from '../time-option.ts';
import { requestFollowCommand } from './request-follow.ts';
import { requestReplayCommand } from './request-replay.ts';
import { requestSummaryCommand } from './request-summary.ts';

interface ListOptions extends OutputOptions {
  readonly person?: string;
  readonly outcome?: readonly RequestOutcome[];
  readonly reason?: string;
  readonly client?: string;
  readonly kind?: RequestKind;
  readonly source?: string;
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly method?: string;
  readonly content?: true;
  readonly cursor?: string;
  readonly limit: number;
}

export function requestCommand(): Command {
  const command = new Command('request').description(
    'List and show the SCIM requests that the directory received, with their bodies and responses.',
  );
  command
    .command('list')
    .description('List SCIM requests, newest first.')
    .option(
      '--person <name>',
      'only requests about this user or group: a current or former id, userName, username, email, displayName or externalId',
    )
    .addOption(
      new Option('--outcome <outcomes...>', 'only requests with one of these outcomes').choices(
        Object.keys(requestOutcomes),
      ),
    )
    .option(
      '--reason <code>',
      'only requests that were refused with this code of the error, such as emailRequired, or of the reason, such as emailMissing',
    )
    .option('--client <product>', 'only requests of this product, such as "Microsoft Entra ID"')
    .addOption(new Option('--kind <kind>', 'only requests of this kind').choices(Object.keys(requestKinds)))
    .addOption(new Option('--method <method>', 'only requests with this HTTP method').choices(requestMethods))
    .option('--content', 'only requests whose content is kept')
    .option('--source <integration>', 'only requests of this integration, by name or id')
    .option('--id <id>', 'only the request with this id: its x-request-id, or an id that the client sent')
    .option('--from <time>', 'only requests that arrived at or after this time (RFC 3339)')
    .option('--to <time>', 'only requests that arrived before this time (RFC 3339)')
    .option('--cursor <cursor>', 'continue after the previous page: the cursor that it ended with')
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(list);
  command
    .command('show')
    .argument('<request>', 'the id of the request, as "tanhua request list" shows it')
    .description('Show a SCIM request: its body, its response, the checks of its credential, and its events.')
    .option('--json', 'print JSON')
    .action(show);
  command.addCommand(requestReplayCommand());
  command.addCommand(requestFollowCommand());
  command.addCommand(requestSummaryCommand());
  return command;
}

async function list(options: ListOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const { person, outcome, reason, client, kind, method, content, source, id, from, to, cursor, limit } = options;
  if (reason !== undefined) requireRefusalCode(reason);
  const { results, next } = await listRequests(deps.database, {
    organizationId: organization.id,
    person,
    reason,
    client,
    kind,
    method,
    id,
    limit,
    withContent: content,
    after: cursor === undefined ? undefined : decodeCursor(cursor),
    outcomes: outcome,
    integrationId: source === undefined ? undefined : (await findIntegration(session, source)).id,
    from: from === undefined ? undefined : timeOf('--from', from),
    to: to === undefined ? undefined : timeOf('--to', to),
  });
  const more = next === undefined ? [] : [`… there are more: add --cursor ${encodeCursor(next)}`];
  const lines = [...results.map(requestLine), ...more];
  print(options, results, results.length === 0 ? emptyText(options) : lines.join('\n'));
  // Standard output contains only the list if --json is given.
  if (options.json === true) for (const line of more) console.error(line);
}

function emptyText({ json: _json, limit: _limit, ...filters }: ListOptions): string {
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return isFiltered ? 'The request log does not contain such requests.' : 'The request log is empty.';
}

async function show(id: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const { database, schemas } = deps;
  const ruleNow = ruleFinder(database, organization.id);
  const shown = await showRequest({ database, schemas, ruleNow, publicUrl: publicUrlOf() }, organization.id, id);
  print(options, shown, textOf(shown));
}

type Shown = Awaited<ReturnType<typeof showRequest>>;

/** Returns a request as text: what it wanted, why it was refused, the checks, and both bodies. */
function textOf({ content, events, ...summary }: Shown): string {
  if (content === null) return [summary.sentence, '', properties(summaryRows(summary))].join('\n');
  const { checks, rules, dialect, ignored } = content;
  const query = content.query === null ? '' : `?${content.query}`;
  return [
    summary.sentence,
    ...(summary.reasonText === null ? [] : [summary.reasonText]),
    '',
    properties(summaryRows(summary)),
    ...section(
      'Checks',
      checks.map(
        ({ check, passed, expected, received }) =>
          `${passed ? 'passed' : 'FAILED'}  ${check}: expected ${expected}; received ${received}`,
      ),
    ),
    ...section(
      'Rules',
      rules.map(
        ({ name, value, valueNow, description }) =>
          `${name} was ${String(value)}, is ${String(valueNow ?? 'unknown')} now. ${description ?? ''}`,
      ),
    ),
    ...section('Request', [
      `${summary.method} ${summary.path ?? ''}${query}`,
      ...Object.entries(content.requestHeaders).map(([name, value]) => `${name}: ${value}`),
      ...bodyLines(content.body, summary.bodyKept),
    ]),
    ...section(
      'Operations in the form of RFC 7644',
      dialect?.differs === true ? dialect.operations.map((operation) => JSON.stringify(operation)) : [],
    ),
    ...section(
      'Ignored attributes',
      ignored.map(({ path, reason }) => `${path} (${reason})`),
    ),
    ...section('Response', [
      String(summary.status),
      ...Object.entries(content.answerHeaders).map(([name, value]) => `${name}: ${value}`),
      ...bodyLines(content.answer, summary.answerKept),
    ]),
    ...section(
      'Events',
      events.map(({ timestamp, event_type: type, id }) => `${String(timestamp)}  ${String(type)}  [${String(id)}]`),
    ),
    ...section('Send it again', [content.curl ?? `Not possible: ${content.notRepeatable ?? ''}`]),
  ].join('\n');
}

function summaryRows({ id, time, source, client, sentIds, durationMs, count }: ShownRequest) {
  return { id, time, source: source?.name, client, ...sentIds, durationMs, ...(count > 1 && { count }) };
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

function bodyLines(text: string | null, kept: string): readonly string[] {
  if (text === null) return kept === 'none' ? [] : [`(${kept})`];
  return ['', text, ...(kept === 'whole' ? [] : [`(${kept})`])];
}
