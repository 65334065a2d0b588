import { Drawer } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useSendAgain } from '../../data/mail.ts';
import { useMay } from '../../data/session.ts';
import { useViewState } from '../../data/view-state.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { OutcomeMark } from '../../parts/outcome.tsx';
import { Progress } from '../../parts/progress.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import styles from './failed-mail.module.css';
import { FAILED_MAIL_DAYS, useFailedMail, type FailedMail } from './use-failed-mail.ts';

const defaults = { mail: '' };

/** The emails that were not delivered, each with the reason and the way to send it again. It is open if the URL has `mail=failed`. */
export function FailedMailDrawer() {
  const { mail } = useWords().home;
  const [{ mail: shown }, setView] = useViewState(defaults);
  const isOpen = shown === 'failed';
  useFocusOfLink(isOpen);
  return (
    <Drawer
      opened={isOpen}
      onClose={() => setView({ mail: '' }, { replace: true })}
      title={mail.title}
      size="min(680px, 100%)"
      padding={0}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': mail.close }}
    >
      {isOpen && <FailedMails />}
    </Drawer>
  );
}

/** Returns the focus to the link that opened the drawer. */
function useFocusOfLink(isOpen: boolean): void {
  const origin = useRef<Element | null>(null);
  useEffect(() => {
    if (isOpen) origin.current ??= document.activeElement;
    else if (origin.current instanceof HTMLElement) {
      const element = origin.current.isConnected ? origin.current : document.getElementById('page');
      origin.current = null;
      // The drawer gives up the focus first.
      setTimeout(() => element?.focus({ preventScroll: true }));
    }
  }, [isOpen]);
}

function FailedMails() {
  const { mail: words } = useWords().home;
  const [sent, setSent] = useState(0);
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useFailedMail(sent);
  if (isPending) return <Progress />;
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const mails = data.pages.flat();
  if (mails.length === 0) {
    return (
      <section className={styles['part']}>
        <h3>{words.none}</h3>
        <p className="dim">{words.noneHelp}</p>
      </section>
    );
  }
  return (
    <>
      {!hasNextPage && <p className={`dim ${styles['part'] ?? ''}`}>{words.below(mails.length, FAILED_MAIL_DAYS)}</p>}
      <ul aria-label={words.title}>
        {mails.map((mail) => (
          <Mail key={mail.id} mail={mail} onSent={() => setSent((before) => before + 1)} />
        ))}
      </ul>
      {hasNextPage && (
        <p className={styles['part']}>
          <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.more}
          </button>
        </p>
      )}
    </>
  );
}

function Mail({ mail, onSent }: { readonly mail: FailedMail; readonly onSent: () => void }) {
  const { mail: words } = useWords().home;
  const may = useMay();
  const { mutate, isPending, isSuccess, error } = useSendAgain(mail.id);
  const maySend = may('mail.write');
  return (
    <li className={styles['mail']}>
      <OutcomeMark outcome={isSuccess ? 'waiting' : 'failed'} />
      <div>
        <p>
          <b>{mail.subject}</b> {words.to(mail.recipient)}
        </p>
        {mail.error !== null && <p>{mail.error}</p>}
        <p className="dim small">
          {words.attempts(mail.attempts)} <Time at={mail.createdAt} />
        </p>
        <p role="status">{isSuccess && words.sent}</p>
        {error !== null && <ErrorNotice error={error} />}
      </div>
      {maySend && !isSuccess && (
        <button
          type="button"
          className="button"
          aria-label={words.sendTo(mail.recipient)}
          disabled={isPending}
          onClick={() => mutate(undefined, { onSuccess: onSent })}
        >
          {words.send}
        </button>
      )}
    </li>
  );
}
