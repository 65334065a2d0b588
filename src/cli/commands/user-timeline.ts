import { Command } from 'commander';
import { personTimeline, TIMELINE_ENTRIES_MAX, type Timeline } from '#directory/timeline.ts';
import type { TimelineEntry } from '#directory/timeline-entries.ts';
import { limitOption } from '../limit-option.ts';
import { print, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';
import { timelineText } from '../timeline-text.ts';

interface TimelineOptions extends OutputOptions {
  readonly limit: number;
}

export function userTimelineCommand(): Command {
  return new Command('timeline')
    .argument('<name>', 'any current, former or refused id, userName, username, email, displayName or externalId')
    .description(
      'Show what happened to a person in words, newest first, with the requests behind it. Also for a name that is not in the directory.',
    )
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (name: string, options: TimelineOptions) => {
      await using session = await openSession();
      const timeline = await readTimeline(session, name, options.limit);
      print(options, timeline, timelineText(timeline));
    });
}

/** Reads pages until there are `limit` entries, because one page of the API has fewer entries than the largest limit of a command. */
async function readTimeline({ deps, organization }: Session, name: string, limit: number): Promise<Timeline> {
  const entries: TimelineEntry[] = [];
  for (let before: string | undefined; ;) {
    const page = await personTimeline(deps.database, {
      organizationId: organization.id,
      person: name,
      limit: Math.min(limit - entries.length, TIMELINE_ENTRIES_MAX),
      before,
      withRequests: true,
    });
    entries.push(...page.entries);
    ({ before } = page);
    if (before === undefined || entries.length >= limit) return { ...page, entries };
  }
}
