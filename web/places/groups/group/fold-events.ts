import type { Schemas } from '../../../data/client.ts';

type Event = Schemas['event'];
type Change = NonNullable<Event['changes']>[number];

/** A line of the timeline of a group: an event, or consecutive changes of members by the same actor. */
export interface Line {
  /** The newest event of the line. */
  readonly event: Event;
  readonly events: number;
  /** When the oldest event of the line happened. */
  readonly from: string;
  /** The number of members that the events added and removed. */
  readonly added: number;
  readonly removed: number;
  /** The changes of other fields. */
  readonly changes: readonly Change[];
}

/** Changes of members that are further apart are separate lines. */
const FOLDED_MS = 10 * 60_000;

/** Folds consecutive changes of members: Entra ID sends one request for each new member. The events are sorted, newest first. */
export function foldEvents(events: readonly Event[]): readonly Line[] {
  const lines: Line[] = [];
  for (const event of events) {
    const line = lineOf(event);
    const newer = lines.at(-1);
    if (newer !== undefined && isSameLine(newer, line)) {
      lines[lines.length - 1] = {
        ...newer,
        events: newer.events + 1,
        from: line.from,
        added: newer.added + line.added,
        removed: newer.removed + line.removed,
      };
    } else lines.push(line);
  }
  return lines;
}

function lineOf(event: Event): Line {
  const changes = event.changes ?? [];
  const members = changes.filter(({ field }) => field === 'members');
  return {
    event,
    events: 1,
    from: event.timestamp ?? '',
    added: members.reduce((sum, { to }) => sum + lengthOf(to), 0),
    removed: members.reduce((sum, { from }) => sum + lengthOf(from), 0),
    changes: changes.filter(({ field }) => field !== 'members'),
  };
}

function isSameLine(newer: Line, older: Line): boolean {
  const isOnlyMembers = ({ event, added, removed, changes }: Line) =>
    event.event_type === 'group_update' && event.success !== false && added + removed > 0 && changes.length === 0;
  const apart = Date.parse(newer.event.timestamp ?? '') - Date.parse(older.event.timestamp ?? '');
  return (
    isOnlyMembers(newer) &&
    isOnlyMembers(older) &&
    newer.event.initiated_by?.id === older.event.initiated_by?.id &&
    apart <= FOLDED_MS
  );
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
