import type { CommitPosition } from '#database/commit-order.ts';
import { isObject } from '#base/json.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { liveKinds, type LiveKind } from './live-sources.ts';

/** Positions in the sources of one database. */
export type Positions = ReadonlyMap<LiveKind, CommitPosition>;

/** The maximum length of the id of a message that a client may send back, in characters. */
export const POSITION_LENGTH_MAX = 8_192;

/**
 * Returns the id of a message (`id:` of Server-Sent Events): the database and the positions of all sources after the message. A listener
 * that sends the id back gets all later messages of all its sources. The id is encrypted, because a position counts the rows or the
 * transactions of all organizations.
 *
 * @param shard The name of the database.
 */
export function encodePositions(secrets: Pick<SecretBox, 'seal'>, shard: string, positions: Positions): string {
  return secrets.seal(JSON.stringify([shard, Object.fromEntries(positions)]));
}

/** Returns what `encodePositions` encoded; undefined for any other text, and for one that was encrypted with another key. */
export function decodePositions(
  secrets: Pick<SecretBox, 'open'>,
  id: string,
): { readonly shard: string; readonly positions: Positions } | undefined {
  if (id.length > POSITION_LENGTH_MAX) return undefined;
  const value = opened(secrets, id);
  if (!Array.isArray(value)) return undefined;
  const [shard, byKind]: readonly unknown[] = value;
  if (typeof shard !== 'string' || !isObject(byKind)) return undefined;
  const entries = liveKinds.flatMap((kind): [LiveKind, string][] => {
    const position = byKind[kind];
    return typeof position === 'string' ? [[kind, position]] : [];
  });
  return { shard, positions: new Map(entries) };
}

function opened(secrets: Pick<SecretBox, 'open'>, id: string): unknown {
  try {
    const value: unknown = JSON.parse(secrets.open(id));
    return value;
  } catch {
    return undefined;
  }
}
