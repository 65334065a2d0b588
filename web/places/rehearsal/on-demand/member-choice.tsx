import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../../words/words.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import styles from './on-demand.module.css';

/** As in Entra's portal. */
const CHOSEN_MAX = 5;
const SHOWN_MAX = 100;

interface Props {
  readonly tenant: string;
  readonly group: string;
  /** The ids of the chosen members. */
  readonly chosen: readonly string[];
  readonly choose: (ids: readonly string[]) => void;
}

/** Chooses the members that are provisioned with a group. */
export function MemberChoice({ tenant, group, chosen, choose }: Props) {
  const { onDemand: words } = useWords();
  const { data } = useQuery({
    queryKey: [REHEARSAL, tenant, 'members', group, 'on-demand'],
    queryFn: async ({ signal }) => await graph(tenant, signal).groups.members(group, { top: SHOWN_MAX }),
  });
  if (data === undefined) return null;
  const users = data.value.filter((member) => member['@odata.type'].endsWith('user'));
  return (
    <fieldset className={styles['members']}>
      <legend>{words.members}</legend>
      {users.length === 0 ? (
        <p className="dim">{words.noMembers}</p>
      ) : (
        <p className="dim small">
          {words.membersHelp(chosen.length, CHOSEN_MAX)}
          {data['@odata.nextLink'] !== undefined && ` ${words.firstMembers(SHOWN_MAX)}`}
        </p>
      )}
      <div className={styles['list']}>
        {users.map(({ id, displayName }) => {
          const isChosen = chosen.includes(id);
          return (
            <label key={id}>
              <input
                type="checkbox"
                checked={isChosen}
                disabled={!isChosen && chosen.length >= CHOSEN_MAX}
                onChange={() => choose(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id])}
              />
              {displayName ?? id}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
