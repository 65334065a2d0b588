import { Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../data/client.ts';
import { OutcomeMark } from '../../parts/outcome.tsx';
import { readTextFile } from '../../parts/read-text-file.ts';
import { useWords } from '../../words/words.tsx';
import { Results } from './bulk/bulk-results.tsx';
import { followJob, jobResults, type BulkResult } from './bulk/bulk-work.ts';
import styles from './bulk/bulk.module.css';

interface Preview {
  readonly rows: readonly {
    readonly row: number;
    readonly line: number;
    readonly username: string;
    readonly name: string;
    readonly errors: readonly string[];
  }[];
  readonly valid: number;
  readonly invalid: number;
  readonly warnings: readonly { readonly column: string; readonly message: string }[];
}

/** Imports people from a CSV file: first a preview of each row, then the import with its results. */
export function ImportDialog({ close }: { readonly close: () => void }) {
  const { people, frame, form } = useWords();
  const queries = useQueryClient();
  const [csv, setCsv] = useState('');
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const preview = useMutation({
    mutationFn: async (file: File): Promise<Preview> => {
      const text = await readTextFile(file, form.file);
      setCsv(text);
      return await read(api.POST('/api/import/users/preview', { body: { csv: text } }));
    },
  });
  const work = useMutation({
    mutationFn: async (): Promise<readonly BulkResult[]> => {
      const { jobId } = await read(api.POST('/api/import/users', { body: { csv, mode: 'valid' } }));
      const job = await followJob(jobId, (done, total) => setProgress({ done, total }));
      const results = await jobResults(jobId, job.total);
      return results.map(({ id, status, statusMsg, meta }) => ({
        id,
        name: [meta.username, meta.email].find((name) => typeof name === 'string') ?? id,
        outcome: status === 'finished' ? 'changed' : 'refused',
        reason: status === 'finished' ? null : statusMsg,
      }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
  const { data } = preview;
  const isDone = work.data !== undefined;
  return (
    <Modal opened onClose={close} title={people.importTitle} size="lg" closeButtonProps={{ 'aria-label': frame.close }}>
      <div className={styles['dialog']}>
        {!isDone && (
          <label className="field">
            <span>{people.importChoose}</span>
            <input
              className="input"
              type="file"
              accept=".csv,text/csv"
              data-autofocus
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file !== undefined) preview.mutate(file);
              }}
            />
            <small>{people.importHelp}</small>
          </label>
        )}
        <p role="alert" className="tone-bad">
          {(work.error ?? preview.error)?.message}
        </p>
        {data !== undefined && !isDone && <PreviewRows preview={data} />}
        {work.isPending && (
          <progress aria-label={people.importTitle} value={progress.done} max={Math.max(progress.total, 1)} />
        )}
        {work.data !== undefined && <Results results={work.data} />}
        <div className="row">
          {data !== undefined && !isDone && (
            <button
              type="button"
              className="button"
              data-kind="primary"
              disabled={data.valid === 0 || work.isPending}
              onClick={() => work.mutate()}
            >
              {people.importDo(data.valid)}
            </button>
          )}
          <button type="button" className="button" onClick={close}>
            {isDone ? people.close : people.cancel}
          </button>
        </div>
      </div>
    </Modal>
  );
}

function PreviewRows({ preview: { rows, valid, invalid, warnings } }: { readonly preview: Preview }) {
  const { people } = useWords();
  const shown = [
    ...rows.filter(({ errors }) => errors.length > 0),
    ...rows.filter(({ errors }) => errors.length === 0),
  ];
  return (
    <>
      <p role="status">
        {people.importValid(valid)} {invalid > 0 && people.importInvalid(invalid)}
      </p>
      {warnings.map(({ column, message }) => (
        <p key={column} className="tone-warn">
          {people.importColumn(column, message)}
        </p>
      ))}
      {/* The list scrolls, and has to be reached by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={styles['results']} aria-label={people.result} tabIndex={0}>
        {shown.map(({ row, line, name, username, errors }) => (
          <li key={row}>
            <OutcomeMark outcome={errors.length > 0 ? 'refused' : 'waiting'} /> {people.importLine(line)}:{' '}
            {name === '' ? username : name} <span className="dim">{errors.join(' ')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
