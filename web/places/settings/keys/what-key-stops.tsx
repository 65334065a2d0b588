import type { Key } from '../../../parts/api-keys/key-table.tsx';
import { useNow } from '../../../parts/use-now.ts';
import { relativeTime } from '../../../words/times.ts';
import { useWords } from '../../../words/words.tsx';
import { keysCreatedWith } from './keys-created-with.ts';

/** Says what uses a key, and which other keys stop with it. */
export function WhatKeyStops({ revoked, keys }: { readonly revoked: Key; readonly keys: readonly Key[] }) {
  const { apiKeys: words, locale, time } = useWords();
  const now = useNow();
  const { lastUsedAt, lastUsedClient, lastUsedIp } = revoked;
  const followers = keysCreatedWith(revoked.id, keys).filter(({ status }) => status === 'valid');
  return (
    <>
      <p>
        {lastUsedAt === null
          ? words.revokeUnused
          : words.revokeUsed(
              relativeTime(new Date(lastUsedAt), new Date(now), locale, time.now),
              lastUsedClient ?? '',
              lastUsedIp ?? '',
            )}
      </p>
      {followers.length > 0 && (
        <p>{words.revokeAlso(followers.length, followers.map(({ name }) => `“${name}”`).join(', '))}</p>
      )}
    </>
  );
}
