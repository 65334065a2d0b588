import type { CommitPosition } from '#database/commit-order.ts';
import { isObject } from '#base/json.ts';
import { decodeOpaque, encodeOpaque } from '#base/opaque-text.ts';
import { liveKinds, type LiveKind } from './live-sources.ts';

/** Positions in the sources of one database. */
export type Positions = ReadonlyMap<LiveKind, CommitPosition>;

/** The maximum length of the id of a message that a client may send back, in characters. */
export const POSITION_LENGTH_MAX = 8_192;

/**
 * Returns the id of a message (`id:` of Server-Sent Events): the database and the positions of all sources after the message. A listener
 * that sends the id back gets all later messages of all its sources.
 *
 * @param shard The name of the database.
 */
export function encodePositions(shard: string, positions: Positions): string {
  return encodeOpaque([shard, Object.fromEntries(positions)]);
}

/** Returns what `encodePositions` encoded; undefined for any other text. */
export function decodePositions(id: string): { readonly shard: string; readonly positions: Positions } | undefined {
  if (id.length > POSITION_LENGTH_MAX) return undefined;
  const value = decodeOpaque(id);
  if (!Array.isArray(value)) return undefined;
  const [shard, byKind]: readonly unknown[] = value;
  if (typeof shard !== 'string' || !isObject(byKind)) return undefined;
  const entries = liveKinds.flatMap((kind): [LiveKind, string][] => {
    const position = byKind[kind];
    return typeof position === 'string' ? [[kind, position]] : [];
  });
  return { shard, positions: new Map(entries) };
}
