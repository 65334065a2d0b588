import { useState } from 'react';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import type { GroupDetails } from '../use-groups.ts';
import { RemoveMembersDialog } from './remove-members-dialog.tsx';

interface Props {
  readonly group: GroupDetails;
  readonly selected: SelectedPeople;
}

/** What can be done with the selected members of a group. */
export function RemoveMembers({ group, selected }: Props) {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="selection-bar" aria-label={words.people.bulkActions}>
      <b role="status">{words.people.selected(selected.count)}</b>
      {selected.count > 0 && (
        <button type="button" className="button" data-kind="danger" onClick={() => setOpen(true)}>
          {words.group.remove(selected.count)}
        </button>
      )}
      <button type="button" className="button" data-kind="quiet" onClick={selected.clear}>
        {words.people.unselect}
      </button>
      {isOpen && <RemoveMembersDialog group={group} selected={selected} close={() => setOpen(false)} />}
    </section>
  );
}
