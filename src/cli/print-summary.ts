import type { TotalProperty, TotalSubject } from '#totals/total-subject.ts';
import { buckets, summarize, summaryPeriod, type Bucket } from '#totals/summary.ts';
import { Option, type Command } from 'commander';
import { print, table, type OutputOptions } from './output.ts';
import { openSession } from './session.ts';
import { timeOf } from './time-option.ts';

/** The options of a command that counts rows. */
interface SummaryOptions extends OutputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly bucket: Bucket;
  readonly by?: string;
}

/** What a command counts. */
export interface Counted {
  readonly subject: TotalSubject;
  readonly outcomes: readonly string[];
  /** The properties by which it counts separately, by the names of the option --by. */
  readonly properties: Readonly<Record<string, Exclude<TotalProperty, 'outcome'>>>;
  /** What the codes of the reasons are, as the end of the sentence "a reason is …". */
  readonly reasonText: string;
  /** What the rows are, such as "events". */
  readonly rows: string;
}

/** Adds the options of a summary to a command, and the action that prints it. */
export function withSummary(command: Command, counted: Counted): Command {
  return command
    .option(
      '--from <time>',
      'the beginning of the period (RFC 3339), rounded down to a quarter-hour, or to a minute with --bucket minute; default: 24 hours before its end',
    )
    .option(
      '--to <time>',
      'the end of the period (RFC 3339); default: now. The last interval contains it, so that it ends later',
    )
    .addOption(new Option('--bucket <length>', 'the length of an interval').choices(buckets).default('hour'))
    .addOption(
      new Option(
        '--by <property>',
        `count the ${counted.rows} of each ${Object.keys(counted.properties).join(', ')}; a source is an integration, a reason is ${counted.reasonText}`,
      ).choices(Object.keys(counted.properties)),
    )
    .option('--json', 'print JSON')
    .action((options: SummaryOptions) => printSummary(options, counted));
}

async function printSummary(options: SummaryOptions, { subject, outcomes, properties, rows }: Counted): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const now = deps.clock.now();
  const time = (option: '--from' | '--to', text: string | undefined) =>
    text === undefined ? undefined : timeOf(option, text);
  const { by } = options;
  const { unfolded: _, ...summary } = await summarize(deps.database, subject, outcomes, {
    organizationId: organization.id,
    ...summaryPeriod(now, time('--from', options.from), time('--to', options.to)),
    bucket: options.bucket,
    groupBy: by === undefined ? undefined : properties[by],
  });
  const shown = { ...summary, countedAt: now.toISOString() };
  const { from, to, totals, groups, buckets: intervals, countedAt } = shown;
  const counts = outcomes.map((outcome) => `${totals[outcome] ?? 0} ${outcome}`);
  const head = `Of the ${rows} from ${from} to ${to}: ${counts.join(', ')}. Counted at ${countedAt}.`;
  const listed =
    groups === undefined
      ? intervals.filter((interval) => outcomes.some((outcome) => Number(interval[outcome]) > 0))
      : groups.map(({ value, ...others }) => ({ ...others, [by ?? '']: value }));
  print(options, shown, listed.length === 0 ? head : `${head}\n\n${table(listed, [by ?? 'from', ...outcomes])}`);
}
