import type { ReplyAttribute } from '../radius-types.ts';
import type { ConnectedGroup, GroupReplies } from './group-store.ts';

/** A reply attribute, and the group that it comes from. */
export interface DecidedReply extends ReplyAttribute {
  readonly group: ConnectedGroup;
}

interface Decision {
  readonly replies: readonly DecidedReply[];
  readonly overridden: readonly (DecidedReply & { readonly by: ConnectedGroup })[];
}

/**
 * Decides which reply attributes a person gets from several groups. An attribute with the same tag comes from one group only: the first of
 * the list, which is the most recently created one. A group may have it several times, such as Cisco-AVPair, and then all its values count.
 * A value that the winning group also has is not listed as overridden.
 *
 * @param groups The groups of the person, the most recently created one first.
 */
export function decidedReplies(groups: readonly GroupReplies[]): Decision {
  const winners = new Map<string, { readonly group: ConnectedGroup; readonly values: ReadonlySet<string> }>();
  const replies: DecidedReply[] = [];
  const overridden: (DecidedReply & { by: ConnectedGroup })[] = [];
  for (const { id, name: groupName, replies: own } of groups) {
    const group = { id, name: groupName };
    const decidedBefore = new Set(winners.keys());
    for (const [key, some] of Map.groupBy(own, keyOf)) {
      if (!winners.has(key)) winners.set(key, { group, values: new Set(some.map(({ value }) => value)) });
    }
    for (const { name, tag, value } of own) {
      const winner = winners.get(keyOf({ name, tag }));
      if (!decidedBefore.has(keyOf({ name, tag }))) replies.push({ name, tag, value, group });
      else if (winner !== undefined && !winner.values.has(value)) {
        overridden.push({ name, tag, value, group, by: winner.group });
      }
    }
  }
  return { replies, overridden };
}

function keyOf({ name, tag }: Pick<ReplyAttribute, 'name' | 'tag'>): string {
  return `${name}:${tag ?? ''}`;
}
