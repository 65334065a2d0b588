import { useQuery } from '@tanstack/react-query';
import { api, read } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useSources } from '../../data/sources.ts';
import { useWords } from '../../words/words.tsx';
import { ChoiceChip } from './choice-chip.tsx';
import { passwordStatuses, states, isFiltered, type FixedFilters, type PeopleView } from './people-filter.ts';
import styles from './people-list.module.css';
import { TextChip } from './text-chip.tsx';

interface Props {
  readonly view: PeopleView;
  readonly fixed: FixedFilters;
  readonly departments: readonly string[];
  readonly change: (next: Partial<PeopleView>) => void;
  /** True if the list shows the refused although the reader did not choose it. */
  readonly isSwitched: boolean;
}

const GROUPS_MAX = 8;

/** The chips that narrow the list. */
export function Filters({ view, fixed, departments, change, isSwitched }: Props) {
  const words = useWords();
  const { people } = words;
  const may = useMay();
  const { data: sources = [] } = useSources();
  const isRefused = view.presence === 'refused' || isSwitched;
  return (
    <div className={styles['filters']} role="group" aria-label={people.filters}>
      <ChoiceChip
        label={people.filter.presence}
        value={isRefused ? 'refused' : ''}
        choices={[
          ['', people.presence.present],
          ['refused', people.presence.refused],
        ]}
        onChange={(presence) => change({ presence: presence === '' && isSwitched ? 'present' : presence })}
      />
      {!isRefused && (
        <>
          <ChoiceChip
            label={people.filter.state}
            value={view.state}
            choices={[['', people.any], ...states.map((state) => [state, words.states[state]] as const)]}
            onChange={(state) => change({ state })}
          />
          <ChoiceChip
            label={people.filter.passwordStatus}
            value={view.password}
            choices={[
              ['', people.any],
              ...passwordStatuses.map((status) => [status, words.passwords[status]] as const),
            ]}
            onChange={(password) => change({ password })}
          />
        </>
      )}
      {!('source' in fixed) && sources.length > 0 && (
        <ChoiceChip
          label={people.filter.source}
          value={view.source}
          choices={[['', people.any], ...sources.map(({ id, name }) => [id, name] as const), ['none', people.noSource]]}
          onChange={(source) => change({ source })}
        />
      )}
      {!isRefused && !('group' in fixed) && may('groups.read') && (
        <GroupChip group={view.group} onChange={(group) => change({ group })} />
      )}
      {!isRefused && !('department' in fixed) && (
        <TextChip
          label={people.filter.department}
          help={people.departmentHelp}
          chosen={view.department}
          suggestions={departments}
          onSubmit={(department) => change({ department })}
          onClear={() => change({ department: '' })}
        />
      )}
      {view.reason !== '' && (
        <button type="button" className="chip" onClick={() => change({ reason: '' })}>
          {people.filter.reason} <b>{view.reason}</b> <span aria-hidden="true">✕</span>
        </button>
      )}
      <SinceChip since={view.since} onChange={(since) => change({ since })} />
      {(isFiltered(view, fixed) || view.presence !== '') && (
        <button
          type="button"
          className="button"
          data-kind="quiet"
          onClick={() =>
            change({
              presence: '',
              state: '',
              password: '',
              source: '',
              group: '',
              department: '',
              since: '',
              reason: '',
              ...fixed,
            })
          }
        >
          {people.clear}
        </button>
      )}
    </div>
  );
}

function SinceChip({ since, onChange }: { readonly since: string; readonly onChange: (since: string) => void }) {
  const { people } = useWords();
  const lengths = ['hour', 'day', 'week', 'month'] as const;
  return (
    <ChoiceChip
      label={people.filter.changedSince}
      value={since}
      choices={[['', people.any], ...lengths.map((length) => [length, people.since[length]] as const)]}
      onChange={onChange}
    />
  );
}

function GroupChip({ group, onChange }: { readonly group: string; readonly onChange: (group: string) => void }) {
  const { people } = useWords();
  const chosen = useQuery({
    queryKey: ['groups', group],
    queryFn: ({ signal }) => read(api.GET('/api/v2/usergroups/{id}', { params: { path: { id: group } }, signal })),
    enabled: group !== '',
    retry: false,
  });
  return (
    <TextChip
      label={people.filter.group}
      help={people.groupHelp}
      chosen={group === '' ? '' : (chosen.data?.name ?? group)}
      onClear={() => onChange('')}
    >
      {(text, close) => (
        <GroupChoices
          text={text}
          onChoose={(id) => {
            onChange(id);
            close();
          }}
        />
      )}
    </TextChip>
  );
}

function GroupChoices({ text, onChoose }: { readonly text: string; readonly onChoose: (id: string) => void }) {
  const { people } = useWords();
  const found = useQuery({
    queryKey: ['groups', 'by-name', text],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v2/usergroups', {
          params: { query: { ...(text !== '' && { filter: `name:$sw:${text}` }), sort: 'name', limit: GROUPS_MAX } },
          signal,
        }),
      ),
    placeholderData: (previous) => previous,
    retry: false,
  });
  if (found.data?.length === 0) return <p className="dim">{people.noGroup(text)}</p>;
  return (
    <ul className={styles['choices']}>
      {found.data?.map(({ id, name = id }) => (
        <li key={id}>
          <button type="button" onClick={() => onChoose(id)}>
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}
