import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import type { BulkAction } from './bulk-work.ts';

/** What can be done with the selected people. */
export function BulkBar({ selected }: { readonly selected: SelectedPeople }) {
  const { people } = useWords();
  const may = useMay();
  const [action, setAction] = useState<BulkAction>();
  const help: readonly BulkAction[] = ['unlock', 'expire', 'mail'];
  const actions: readonly BulkAction[] = may('users.write') ? ['suspend', 'activate', ...help, 'delete'] : help;
  // All selected people can be gone because of the action, whose dialog still shows the results.
  if (selected.count === 0 && action === undefined) return null;
  return (
    <section className="selection-bar" aria-label={people.bulkActions}>
      <b role="status">{people.selected(selected.count)}</b>
      {actions.map((one) => (
        <button
          key={one}
          type="button"
          className="button"
          data-kind={one === 'delete' ? 'danger' : undefined}
          onClick={() => setAction(one)}
        >
          {people.bulk[one]}
        </button>
      ))}
      <button type="button" className="button" data-kind="quiet" onClick={selected.clear}>
        {people.unselect}
      </button>
      {action !== undefined && <BulkDialog action={action} selected={selected} close={() => setAction(undefined)} />}
    </section>
  );
}
