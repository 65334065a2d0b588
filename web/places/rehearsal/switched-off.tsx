import { languageOf } from '../../data/client.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useWords } from '../../words/words.tsx';

/** The settings that turn the stand-in on. The networks are those of the servers that it provisions to. */
const SETTINGS = 'TANHUA_ENTRA=on\nTANHUA_TARGETS_ALLOWED=127.0.0.0/8';

interface Props {
  /** What the server answers: why the stand-in is off. */
  readonly reason: Error;
  readonly retry: () => void;
}

/** Says what the stand-in is, why it is off on this server, and how to turn it on. */
export function SwitchedOff({ reason, retry }: Props) {
  const words = useWords();
  const { off } = words.rehearsal;
  return (
    <>
      <PageHead title={words.places.rehearsal} />
      <section className="sheet" aria-label={off.title}>
        <header>
          <h2>{off.title}</h2>
        </header>
        <div className="body">
          <p>{words.rehearsal.about}</p>
          <p lang={languageOf(reason)}>{reason.message}</p>
          <h3>{off.how}</h3>
          <p>{off.steps}</p>
          <div className="row">
            <pre>{SETTINGS}</pre>
            <CopyButton value={SETTINGS} label={off.settings} isSmall />
          </div>
          <p className="dim small">{off.networks}</p>
          <p>
            <button type="button" className="button" onClick={retry}>
              {words.frame.retry}
            </button>
          </p>
        </div>
      </section>
    </>
  );
}
