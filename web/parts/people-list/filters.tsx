import { useQuery } from '@tanstack/react-query';
import { api, read } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useSourceChoices } from '../../data/sources.ts';
import { useWords } from '../../words/words.tsx';
import { FilterRow } from '../filters/filter-row.tsx';
import { ChoiceFilter } from '../filters/choice-filter.tsx';
import { SetFilter } from '../filters/set-filter.tsx';
import { FilterChoices, TextFilter } from '../filters/text-filter.tsx';
import { passwordStatuses, states, isFiltered, type FixedFilters, type PeopleView } from './people-filter.ts';

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
  const sources = useSourceChoices();
  const isRefused = view.presence === 'refused' || isSwitched;
  return (
    <FilterRow label={people.filters}>
      <ChoiceFilter
        label={people.filter.presence}
        value={isRefused ? 'refused' : ''}
        any={people.presence.present}
        choices={[['refused', people.presence.refused]]}
        onChange={(presence) => change({ presence: presence === '' && isSwitched ? 'present' : presence })}
      />
      {!isRefused && (
        <>
          <ChoiceFilter
            label={people.filter.state}
            value={view.state}
            choices={states.map((state) => [state, words.states[state]] as const)}
            onChange={(state) => change({ state })}
          />
          <ChoiceFilter
            label={people.filter.passwordStatus}
            value={view.password}
            choices={passwordStatuses.map((status) => [status, words.passwords[status]] as const)}
            onChange={(password) => change({ password })}
          />
        </>
      )}
      {!('source' in fixed) && sources !== undefined && (
        <ChoiceFilter
          label={people.filter.source}
          value={view.source}
          choices={[...sources, ['none', people.noSource]]}
          onChange={(source) => change({ source })}
        />
      )}
      {!isRefused && !('group' in fixed) && may('groups.read') && (
        <GroupChip group={view.group} onChange={(group) => change({ group })} />
      )}
      {!isRefused && !('department' in fixed) && (
        <TextFilter
          label={people.filter.department}
          help={people.departmentHelp}
          chosen={view.department}
          suggestions={departments}
          onSubmit={(department) => change({ department })}
          onClear={() => change({ department: '' })}
        />
      )}
      {view.reason !== '' && (
        <SetFilter label={people.filter.reason} value={view.reason} onRemove={() => change({ reason: '' })} />
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
          {words.filters.clear}
        </button>
      )}
    </FilterRow>
  );
}

function SinceChip({ since, onChange }: { readonly since: string; readonly onChange: (since: string) => void }) {
  const { people } = useWords();
  const lengths = ['hour', 'day', 'week', 'month'] as const;
  return (
    <ChoiceFilter
      label={people.filter.changedSince}
      value={since}
      choices={lengths.map((length) => [length, people.since[length]] as const)}
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
    <TextFilter
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
    </TextFilter>
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
    <FilterChoices>
      {found.data?.map(({ id, name = id }) => (
        <li key={id}>
          <button type="button" onClick={() => onChoose(id)}>
            {name}
          </button>
        </li>
      ))}
    </FilterChoices>
  );
}
