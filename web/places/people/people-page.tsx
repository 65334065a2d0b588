import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, read } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useViewState } from '../../data/view-state.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { viewDefaults } from '../../parts/people-list/people-filter.ts';
import { PeopleList, type SelectedPeople } from '../../parts/people-list/people-list.tsx';
import { useWords } from '../../words/words.tsx';
import { AddDialog } from './add-dialog.tsx';
import { BulkBar } from './bulk/bulk-bar.tsx';
import { exportPath } from './export-path.ts';
import { ImportDialog } from './import-dialog.tsx';
import { ViewsMenu } from './views-menu.tsx';

/** Everyone in the directory, and everyone who was refused. */
export function PeoplePage() {
  const words = useWords();
  const { people } = words;
  const may = useMay();
  const [dialog, setDialog] = useState<'add' | 'import'>();
  const [view] = useViewState(viewDefaults);
  usePageTitle(words.places.people);
  const canSelect = may('users.write') || may('users.help');
  const close = () => setDialog(undefined);
  return (
    <>
      <PageHead
        title={words.places.people}
        below={<Counts />}
        actions={
          <>
            <ViewsMenu />
            {may('users.write') && (
              <button type="button" className="button" onClick={() => setDialog('import')}>
                {people.import}
              </button>
            )}
            <a className="button" href={exportPath(view)} download>
              {people.export}
            </a>
            {may('users.write') && (
              <button type="button" className="button" data-kind="primary" onClick={() => setDialog('add')}>
                {people.add}
              </button>
            )}
          </>
        }
      />
      {canSelect ? <PeopleList actions={bulkBar} /> : <PeopleList />}
      {dialog === 'add' && <AddDialog close={close} />}
      {dialog === 'import' && <ImportDialog close={close} />}
    </>
  );
}

function bulkBar(selected: SelectedPeople) {
  return <BulkBar selected={selected} />;
}

/** The numbers of people who are here and who are refused. Each opens the list that it counts. */
function Counts() {
  const { people } = useWords();
  const { data } = useQuery({
    queryKey: ['people', 'counts'],
    queryFn: ({ signal }) => read(api.GET('/api/people', { params: { query: { limit: 1 } }, signal })),
  });
  if (data === undefined) return null;
  return (
    <>
      <Link to="/people" className="quiet-link">
        {people.counts(data.total, 0)}
      </Link>
      {data.otherTotal > 0 && (
        <>
          {' · '}
          <Link to="/people?presence=refused" className="quiet-link">
            {people.countRefused(data.otherTotal)}
          </Link>
        </>
      )}
    </>
  );
}
