import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Advice } from '../../../parts/advice.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import type { LoggedRequest } from '../queries.ts';
import { baseUrlOf } from './product.ts';
import { blockersOf, type SetupProps } from './setup-state.ts';
import styles from './setup.module.css';
import type { UnidentifiedSender } from './use-arrivals.ts';

/** Says what was wrong with a request that was refused before the directory looked at its content. */
export function Problem({ refused, name, product }: SetupProps & { readonly refused: LoggedRequest }) {
  const { setup } = useWords().sources;
  const exchangeSearch = useExchangeSearch();
  const { problems } = setup;
  const { url, token } = setup.of[product].connect;
  const known = Object.keys(problems).find((one) => one === refused.reason) as keyof typeof problems | undefined;
  const text = problems[refused.kind === 'unknown' ? 'path' : (known ?? 'other')](name, token, url);
  return (
    <ProblemBox text={text}>
      <Advice text={refused.reasonText} /> <Link to={{ search: exchangeSearch(refused.id) }}>{setup.openRequest}</Link>
    </ProblemBox>
  );
}

/** Says what was wrong with a token that belongs to no source. */
export function UnknownToken({ sender, name, product }: SetupProps & { readonly sender: UnidentifiedSender }) {
  const { sources, marks } = useWords();
  const { setup } = sources;
  const { problems } = setup;
  const { token } = setup.of[product].connect;
  const isUnknown = sender.reason === 'keyMistyped' || sender.reason === 'keyOfAnother';
  return (
    <ProblemBox text={(isUnknown ? problems.unknownToken : problems.withoutToken)(name, token)}>
      {setup.sentFrom(sender.requests, sender.address)} <Time at={sender.lastSeenAt} />
      {marks.nextSentence}
      <Advice text={sender.reasonText} />
    </ProblemBox>
  );
}

function ProblemBox({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className={styles['problem']} role="alert">
      <p>
        <OutcomeMark outcome="refused" /> <b>{text}</b>
      </p>
      <p className="dim">{children}</p>
    </div>
  );
}

/** Says what may keep requests from arriving, most likely cause first. */
export function Blocked({ source, product, name }: SetupProps) {
  const { setup } = useWords().sources;
  const { blockers } = setup;
  const url = baseUrlOf(product, source);
  const texts = {
    private: () => blockers.private(new URL(url).host, name),
    http: () => blockers.http(name),
    url: () => blockers.url(name),
    token: () => blockers.token(setup.of[product].connect.token),
    firewall: () => setup.of[product].connect.firewall,
  };
  return (
    <div className={styles['problem']} data-tone="warn" role="status">
      <p>
        <b>{setup.blocked}</b>
      </p>
      <ul>
        {blockersOf(url).map((blocker) => (
          <li key={blocker}>{texts[blocker]()}</li>
        ))}
      </ul>
    </div>
  );
}
