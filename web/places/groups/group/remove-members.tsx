import { api, read } from '../../../data/client.ts';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { useWords } from '../../../words/words.tsx';
import { targetsOf } from '../../people/bulk/bulk-work.ts';
import { useBulkRun } from '../../people/bulk/use-bulk-run.ts';
import { useGroupsChanged, type GroupDetails } from '../use-groups.ts';

/** Removes the selected people from a group, with the progress. */
export function RemoveMembers({
  group,
  selected,
}: {
  readonly group: GroupDetails;
  readonly selected: SelectedPeople;
}) {
  const words = useWords();
  const changed = useGroupsChanged();
  const { count, clear } = selected;
  const params = { path: { id: group.id } };
  const { work, progress, stop } = useBulkRun(
    (body) => read(api.POST('/api/groups/{id}/removals', { params, body })),
    changed,
  );
  const remove = () => {
    const targets = targetsOf(selected).map((people) => ({ people, expected: people.ids?.length ?? count }));
    work.mutate(targets, { onSuccess: clear });
  };
  return (
    <div className="row" role="group" aria-label={words.people.selected(count)}>
      <button type="button" className="button" disabled={work.isPending} onClick={remove}>
        {work.error === null || progress.done === 0 ? words.group.remove(count) : words.people.continue}
      </button>
      {work.isPending && (
        <button type="button" className="button" onClick={stop}>
          {words.people.stop}
        </button>
      )}
      <span className="dim" role="status">
        {work.isPending ? words.group.removing(progress.done, count) : words.group.removeHelp}
      </span>
      {work.error !== null && (
        <span role="alert" className="tone-bad">
          {words.people.interrupted(work.error.message, progress.done)}
        </span>
      )}
    </div>
  );
}
