import { Command, Option } from 'commander';
import { eventOutcomes, eventTotals, type EventOutcome } from '#audit/event-total-store.ts';
import { summarize, summaryPeriod, buckets, type Bucket, type Summary } from '#totals/summary.ts';
import { print, table, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';
import { timeOf } from '../time-option.ts';

interface SummaryOptions extends OutputOptions {
  readonly from?: string;
  readonly to?: string;
  readonly bucket: Bucket;
  readonly by?: 'type' | 'source' | 'reason';
}

export function eventSummaryCommand(): Command {
  return new Command('summary')
    .description('Count accepted and refused events in each interval of a period.')
    .option('--from <time>', 'the beginning of the period (RFC 3339); default: 24 hours before its end')
    .option('--to <time>', 'the end of the period (RFC 3339); default: now')
    .addOption(new Option('--bucket <length>', 'the length of an interval').choices(buckets).default('hour'))
    .addOption(
      new Option('--by <property>', 'count the events of each type, source (integration) or reason').choices([
        'type',
        'source',
        'reason',
      ]),
    )
    .option('--json', 'print JSON')
    .action(printSummary);
}

async function printSummary(options: SummaryOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const now = deps.clock.now();
  const time = (option: '--from' | '--to', text: string | undefined) =>
    text === undefined ? undefined : timeOf(option, text);
  const { unfolded: _, ...summary } = await summarize(deps.database, eventTotals, eventOutcomes, {
    organizationId: organization.id,
    ...summaryPeriod(now, time('--from', options.from), time('--to', options.to)),
    bucket: options.bucket,
    groupBy: options.by,
  });
  const counted = { ...summary, countedAt: now.toISOString() };
  print(options, counted, summaryText(counted, options.by));
}

function summaryText(
  { from, to, totals, groups, buckets: intervals, countedAt }: SummaryShown,
  by: SummaryOptions['by'],
): string {
  const head = `${totals.accepted} events were accepted and ${totals.refused} refused from ${from} to ${to}, counted at ${countedAt}.`;
  const rows =
    groups === undefined
      ? intervals.filter(({ accepted, refused }) => accepted + refused > 0)
      : groups.map(({ value, ...counts }) => ({ ...counts, [by ?? '']: value }));
  if (rows.length === 0) return head;
  return `${head}\n\n${table(rows, [by ?? 'from', ...eventOutcomes])}`;
}

type SummaryShown = Omit<Summary<EventOutcome>, 'unfolded'> & { readonly countedAt: string };
