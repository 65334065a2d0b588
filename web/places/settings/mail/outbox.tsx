import { Drawer } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useSendAgain } from '../../../data/mail.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { ChoiceFilter } from '../../../parts/filters/choice-filter.tsx';
import { FilterRow } from '../../../parts/filters/filter-row.tsx';
import { TextFilter } from '../../../parts/filters/text-filter.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

type Mail = Schemas['mail'];
type State = Mail['state'];
type Kind = keyof ReturnType<typeof useWords>['settings']['mail']['names'];
const states: readonly State[] = ['waiting', 'sent', 'failed', 'cancelled'];
const PAGE = 50;
const viewDefaults = { state: '', recipient: '', kind: '', mail: '' };
const noFilters = { state: '', recipient: '', kind: '' };
const marks = {
  waiting: { shape: '◷', tone: 'warn' },
  sent: { shape: '●', tone: 'good' },
  failed: { shape: '▲', tone: 'bad' },
  cancelled: { shape: '=', tone: undefined },
} as const;

/** The emails that were written, newest first. */
export function Outbox() {
  const { settings, marks: punctuation } = useWords();
  const words = settings.mail;
  const kinds = Object.entries(words.names) as readonly (readonly [Kind, string])[];
  const [view, setView] = useViewState(viewDefaults);
  const state = states.find((one) => one === view.state);
  const kind = kinds.find(([name]) => name === view.kind);
  const filters = {
    ...(state !== undefined && { state }),
    ...(kind !== undefined && { kind: kind[0] }),
    ...(view.recipient !== '' && { recipient: view.recipient }),
  };
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['outbox', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, skip: pageParam, limit: PAGE };
      return read(api.GET('/api/mail/outbox', { params: { query }, signal }));
    },
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < PAGE ? undefined : pages.length * PAGE),
  });
  const mails = data?.pages.flat() ?? [];
  const chosen = [state && words.states[state], view.recipient, kind?.[1]].filter(Boolean);
  return (
    <>
      <FilterRow>
        <ChoiceFilter
          label={words.state}
          value={state ?? ''}
          choices={states.map((name) => [name, words.states[name]])}
          onChange={(next) => setView({ state: next })}
        />
        <TextFilter
          label={words.recipient.label}
          help={words.recipient.help}
          chosen={view.recipient}
          suggestions={[...new Set(mails.map(({ recipient }) => recipient))]}
          onSubmit={(recipient) => setView({ recipient })}
          onClear={() => setView({ recipient: '' })}
        />
        <ChoiceFilter
          label={words.kind}
          value={kind?.[0] ?? ''}
          choices={kinds}
          onChange={(next) => setView({ kind: next })}
        />
      </FilterRow>
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && mails.length === 0 && (
        <p role="status">
          {chosen.length === 0 ? words.empty : `${words.none} ${chosen.join(punctuation.comma)}.`}{' '}
          {chosen.length > 0 && (
            <button type="button" className="button" data-kind="quiet" onClick={() => setView(noFilters)}>
              {words.showAll}
            </button>
          )}
        </p>
      )}
      {mails.length > 0 && <MailTable mails={mails} open={(mail) => setView({ mail })} />}
      {hasNextPage && (
        <p>
          <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.more}
          </button>
        </p>
      )}
      {view.mail !== '' && <MailDrawer id={view.mail} close={() => setView({ mail: '' }, { replace: true })} />}
    </>
  );
}

function MailTable({ mails, open }: { readonly mails: readonly Mail[]; readonly open: (id: string) => void }) {
  const words = useWords().settings.mail;
  const { column } = words;
  return (
    <section className="sheet" aria-label={words.tabs.outbox}>
      <table className={list['table']}>
        <thead>
          <tr>
            <th scope="col">{column.email}</th>
            <th scope="col">{column.to}</th>
            <th scope="col">{column.state}</th>
            <th scope="col">{column.created}</th>
          </tr>
        </thead>
        <tbody>
          {mails.map((mail) => (
            <tr key={mail.id}>
              <th scope="row">
                <button type="button" className={list['link']} onClick={() => open(mail.id)}>
                  {mail.subject}
                </button>
                {mail.error !== null && <small>{mail.error}</small>}
              </th>
              <td data-label={column.to}>{mail.recipient}</td>
              <td>
                <MailState state={mail.state} />
              </td>
              <td data-label={column.created}>
                <Time at={mail.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function MailState({ state }: { readonly state: State }) {
  const { states: words } = useWords().settings.mail;
  const { shape, tone } = marks[state];
  return (
    <span className="chip" data-tone={tone}>
      <span aria-hidden="true">{shape}</span> {words[state]}
    </span>
  );
}

/** One email with its text. Its link is for the recipient. */
function MailDrawer({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { settings, frame } = useWords();
  const words = settings.mail;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['outbox', 'mail', id],
    queryFn: ({ signal }) => read(api.GET('/api/mail/outbox/{id}', { params: { path: { id } }, signal })),
  });
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      title={data?.subject ?? words.column.email}
      size="min(680px, 100%)"
      padding={0}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <section className={list['part']} aria-label={words.column.email}>
            <dl className={list['facts']}>
              <dt>{words.column.state}</dt>
              <dd className="row">
                <MailState state={data.state} /> {words.attempts(data.attempts)}
              </dd>
              <dt>{words.column.to}</dt>
              <dd>{data.recipient}</dd>
              <dt>{words.column.created}</dt>
              <dd>
                <Time at={data.createdAt} />
              </dd>
            </dl>
            {data.error !== null && <p className="tone-bad">{data.error}</p>}
            <SendAgain mail={data} />
          </section>
          <section className={list['part']} aria-label={words.text}>
            <pre>{data.text}</pre>
            <p className="dim small">{words.noLink}</p>
          </section>
        </>
      )}
    </Drawer>
  );
}

function SendAgain({ mail: { id, state, recipient } }: { readonly mail: Pick<Mail, 'id' | 'state' | 'recipient'> }) {
  const words = useWords().settings.mail;
  const may = useMay();
  const { mutate, isPending, isSuccess, error } = useSendAgain(id);
  if (!may('mail.write') || state === 'cancelled') return null;
  return (
    <>
      {!isSuccess && (
        <button
          type="button"
          className="button"
          aria-label={words.sendTo(recipient)}
          disabled={isPending}
          onClick={() => mutate()}
        >
          {state === 'waiting' ? words.sendNow : words.send}
        </button>
      )}
      <p role="status">{isSuccess && words.sent}</p>
      {error !== null && (
        <p role="alert" className="tone-bad">
          {error.message}
        </p>
      )}
    </>
  );
}
