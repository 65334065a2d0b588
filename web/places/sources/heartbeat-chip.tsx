import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import { heartbeatOf, sinceText } from './heartbeat.ts';
import { useNow } from './use-now.ts';

interface Props {
  readonly source: { readonly lastRequestAt: string | null; readonly usualIntervalMinutes?: number | null };
}

/** When a source last sent a request, and whether that is as usual. */
export function HeartbeatChip({ source }: Props) {
  const words = useWords();
  const now = useNow();
  const heartbeat = heartbeatOf(source, now);
  if (heartbeat === 'never') return <span className="chip">○ {words.sources.neverConnected}</span>;
  if (heartbeat === 'silent') {
    return (
      <span className="chip" data-tone="warn">
        <span aria-hidden="true">◷</span> {words.sources.silent(sinceText(source.lastRequestAt ?? '', now, words))}
      </span>
    );
  }
  return (
    <span className="chip" data-tone="good">
      <span aria-hidden="true">●</span> <Time at={source.lastRequestAt} />
    </span>
  );
}
