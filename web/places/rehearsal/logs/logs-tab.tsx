import { Menu } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { Announced } from '../../../parts/announced.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { LogDrawer } from './log-drawer.tsx';
import { downloadUrl, useLogFilter, useLogView, viewDefaults } from './log-filter.ts';
import { LogFilters } from './log-filters.tsx';
import { LogTable } from './log-table.tsx';
import styles from './logs.module.css';
import { useLogs } from './use-logs.ts';

/** The provisioning logs of an application, newest first, with filters and a drawer for each entry. */
export function LogsTab({ tenant, application, job, setActions }: ApplicationTabProps) {
  const { provisioningLogs: words } = useWords();
  const [view, setView] = useLogView();
  const filter = useLogFilter(job.id, view);
  const list = useLogs(tenant.id, filter);
  const entries = list.data?.pages.flatMap(({ value }) => value) ?? [];
  const base = `/rehearsal/${tenant.id}/applications/${application.id}`;
  useEffect(() => {
    setActions(<DownloadMenu tenant={tenant.id} filter={filter} />);
    return () => setActions(undefined);
  }, [tenant.id, filter, setActions]);
  const isFiltered = Object.entries(view).some(([name, value]) => name !== 'log' && value !== '');
  return (
    <div className="stack">
      <Announced />
      <LogFilters />
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && (
        <Nothing base={base} clear={isFiltered ? () => setView({ ...viewDefaults, log: view.log }) : undefined} />
      )}
      {entries.length > 0 && (
        <section className="sheet" aria-label={words.label}>
          <LogTable entries={entries} isStale={list.isPlaceholderData} />
          <div className={styles['end']}>
            {list.hasNextPage ? (
              <button
                type="button"
                className="button"
                disabled={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {words.older}
              </button>
            ) : (
              <span className="dimmer small">{words.end}</span>
            )}
          </div>
        </section>
      )}
      <LogDrawer tenant={tenant.id} base={base} />
    </div>
  );
}

function DownloadMenu({ tenant, filter }: { readonly tenant: string; readonly filter: string }) {
  const { provisioningLogs: words } = useWords();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className="button">
          {words.download}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.downloadHelp}</Menu.Label>
        {(['logs', 'steps', 'modifiedProperties', 'json'] as const).map((file) => (
          <Menu.Item key={file} component="a" href={downloadUrl(tenant, filter, file)} download>
            {words.files[file]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says why the list is empty, and what to do. */
function Nothing({ base, clear }: { readonly base: string; readonly clear: (() => void) | undefined }) {
  const { provisioningLogs: words, filters } = useWords();
  return (
    <section className="sheet">
      <div className="body" role="status">
        <h2>{clear === undefined ? words.empty : words.none}</h2>
        {clear === undefined ? (
          <>
            <p>{words.emptyHelp}</p>
            <p className="row">
              <Link to={`${base}/status`}>{words.toStatus}</Link>
              <Link to={`${base}/on-demand`}>{words.toOnDemand}</Link>
            </p>
          </>
        ) : (
          <button type="button" className="button" onClick={clear}>
            {filters.clear}
          </button>
        )}
      </div>
    </section>
  );
}
