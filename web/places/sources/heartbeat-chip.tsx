import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import { sinceText } from './heartbeat.ts';
import { useNow } from '../../parts/use-now.ts';

interface Props {
  /** The activity of a source, or the source until it is known. */
  readonly source: { readonly lastRequestAt: string | null; readonly isSilent?: boolean };
}

/** When a source last sent a request, and whether that is as usual. */
export function HeartbeatChip({ source }: Props) {
  const words = useWords();
  const now = useNow();
  if (source.lastRequestAt === null)
    return (
      <span className="chip">
        <span aria-hidden="true">○</span>
        {words.sources.neverConnected}
      </span>
    );
  if (source.isSilent === true) {
    return (
      <span className="chip" data-tone="warn">
        <span aria-hidden="true">◷</span> {words.sources.silent(sinceText(source.lastRequestAt, now, words))}
      </span>
    );
  }
  return (
    <span className="chip" data-tone="good">
      <span aria-hidden="true">●</span> <Time at={source.lastRequestAt} />
    </span>
  );
}
