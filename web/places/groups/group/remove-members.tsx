import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import { useGroupsChanged, type GroupDetails } from '../use-groups.ts';

/** The number of people that one click can remove: each is a request. */
const REMOVED_MAX = 100;

/** Removes the selected people from a group, with the progress. */
export function RemoveMembers({
  group,
  selected: { selection, count, clear },
}: {
  readonly group: GroupDetails;
  readonly selected: SelectedPeople;
}) {
  const words = useWords();
  const changed = useGroupsChanged();
  const [done, setDone] = useState(0);
  const remove = useMutation({
    mutationFn: async () => {
      setDone(0);
      const path = { id: group.id };
      for (const id of selection.picked.keys()) {
        const body = { op: 'remove', type: 'user', id } as const;
        await read(api.POST('/api/v2/usergroups/{id}/members', { params: { path }, body }));
        setDone((before) => before + 1);
      }
    },
    onSuccess: clear,
    onSettled: changed,
  });
  const isTooMany = selection.isAll || count > REMOVED_MAX;
  return (
    <div className="row" role="group" aria-label={words.people.selected(count)}>
      <button type="button" className="button" disabled={isTooMany || remove.isPending} onClick={() => remove.mutate()}>
        {words.group.remove(count)}
      </button>
      <span className="dim" role="status">
        {remove.isPending
          ? words.group.removing(done, count)
          : isTooMany
            ? words.group.removeMost(REMOVED_MAX)
            : words.group.removeHelp}
      </span>
      {remove.error !== null && (
        <span role="alert" className="tone-bad">
          {remove.error.message}
        </span>
      )}
    </div>
  );
}
