import { useId, useState } from 'react';
import { useDebouncedCallback } from '@mantine/hooks';
import { useWords } from '../../../words/words.tsx';
import type { LoggedRequest } from '../queries.ts';
import type { RequestFilters } from './request-lines.ts';
import styles from './requests-tab.module.css';

const DEBOUNCE_MS = 200;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface Props {
  readonly filters: RequestFilters;
  /** The requests of the list, for suggestions. */
  readonly seen: readonly LoggedRequest[];
  readonly change: (change: Partial<RequestFilters>) => void;
  readonly clear: (() => void) | undefined;
}

/** The filters of the list. They are in the URL. */
export function RequestFilterBar({ filters, seen, change, clear }: Props) {
  const { log } = useWords().sources;
  const reasons = [...new Set(seen.map(({ reason }) => reason).filter((reason) => reason !== null))];
  const clients = [...new Set(seen.map(({ client }) => client).filter((client) => client !== null))];
  return (
    <div className={styles['filters']} role="search">
      <TextFilter
        type="search"
        label={log.search}
        placeholder={log.placeholder}
        value={filters.search}
        change={(search) => change({ search })}
      />
      <Choice
        label={log.filter.outcome}
        value={filters.outcome}
        options={[
          ['refused,failed', `▲ ${log.outcomes.refused}, ${log.outcomes.failed}`],
          ...Object.entries(log.outcomes),
        ]}
        change={(outcome) => change({ outcome })}
      />
      <Choice
        label={log.filter.method}
        value={filters.method}
        options={methods.map((method) => [method, method])}
        change={(method) => change({ method })}
      />
      <Choice
        label={log.filter.kind}
        value={filters.kind}
        options={Object.entries(log.kinds)}
        change={(kind) => change({ kind })}
      />
      <TextFilter
        label={log.filter.reason}
        placeholder={log.reasonPlaceholder}
        value={filters.reason}
        suggestions={reasons}
        change={(reason) => change({ reason })}
      />
      <TextFilter
        label={log.filter.client}
        placeholder={log.clientPlaceholder}
        value={filters.client}
        suggestions={clients}
        change={(client) => change({ client })}
      />
      {clear !== undefined && (
        <button type="button" className="button" data-kind="quiet" onClick={clear}>
          {log.clear}
        </button>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly change: (value: string) => void;
}

function Choice({ label, value, options, change }: ChoiceProps) {
  const { log } = useWords().sources;
  return (
    <label className={styles['choice']} data-active={value !== ''}>
      <span>{label}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{log.any}</option>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextProps {
  readonly type?: 'search' | 'text';
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions?: readonly string[];
  readonly change: (value: string) => void;
}

/** A text that filters once the reader has stopped typing. */
function TextFilter({ type = 'text', label, placeholder, value, suggestions = [], change }: TextProps) {
  const list = useId();
  // What the reader types; undefined while the field is left alone.
  const [draft, setDraft] = useState<string>();
  const apply = useDebouncedCallback(change, DEBOUNCE_MS);
  return (
    <>
      <input
        type={type}
        className={`input ${(type === 'search' ? styles['search'] : styles['text']) ?? ''}`}
        aria-label={label}
        placeholder={placeholder}
        list={suggestions.length > 0 ? list : undefined}
        maxLength={200}
        value={draft ?? value}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
        onBlur={() => {
          if (draft !== undefined && draft !== value) change(draft);
          setDraft(undefined);
        }}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion}>
              {suggestion}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}
