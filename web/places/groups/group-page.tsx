import { Link, useParams } from 'react-router';
import { useMay } from '../../data/session.ts';
import { useViewState } from '../../data/view-state.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { PeopleList, type SelectedPeople } from '../../parts/people-list/people-list.tsx';
import { Progress } from '../../parts/progress.tsx';
import tabStyles from '../../parts/tabs.module.css';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import { GroupActions } from './group/group-actions.tsx';
import { GroupTimeline } from './group/group-timeline.tsx';
import { RelatedGroups } from './group/related-groups.tsx';
import { RemoveMembers } from './group/remove-members.tsx';
import { WaitingMembers } from './group/waiting-members.tsx';
import { useGroup, useLiveGroups, type GroupDetails } from './use-groups.ts';

/** The state of the page in the URL. */
const groupView = { tab: 'members' } as const;

/** A group: its members, those that are missing, the groups inside and around it, and what happened to it. */
export function GroupPage() {
  const words = useWords();
  const { group: id = '' } = useParams();
  const group = useGroup(id);
  useLiveGroups();
  usePageTitle(group.data?.name ?? words.places.groups);
  if (group.data === null) return <Missing id={id} />;
  if (group.error !== null && group.data === undefined) {
    return (
      <>
        <PageHead title={words.places.groups} />
        <ErrorNotice error={group.error} retry={() => void group.refetch()} />
      </>
    );
  }
  if (group.data === undefined) return <Progress />;
  return <Present group={group.data} />;
}

function Present({ group }: { readonly group: GroupDetails }) {
  const may = useMay();
  const [{ tab: wanted }] = useViewState(groupView);
  const tab = may('events.read') ? wanted : 'members';
  const isOpen = !group.ownedFields.includes('members') && may('groups.write');
  const remove = (selected: SelectedPeople) => <RemoveMembers group={group} selected={selected} />;
  return (
    <>
      <PageHead
        title={group.name}
        below={<Origin group={group} />}
        actions={<GroupActions group={group} />}
        tabs={<Tabs group={group} />}
      />
      {tab === 'timeline' ? (
        <GroupTimeline id={group.id} />
      ) : (
        <div className="stack">
          {group.members.awaited > 0 && <WaitingMembers group={group} />}
          <RelatedGroups group={group} />
          {may('users.read') && (
            <PeopleList key={group.id} fixed={{ group: group.id }} {...(isOpen && { actions: remove })} />
          )}
        </div>
      )}
    </>
  );
}

function Tabs({ group }: { readonly group: GroupDetails }) {
  const words = useWords();
  const may = useMay();
  const [{ tab }] = useViewState(groupView);
  const mark = (name: string) => (tab === name ? 'page' : undefined);
  return (
    <nav aria-label={words.group.tabs} className={tabStyles['tabs']}>
      <Link to="?" aria-current={mark('members')}>
        {words.group.membersOf} <span className="dim">{words.group.people(group.members.users)}</span>
      </Link>
      {may('events.read') && (
        <Link to="?tab=timeline" aria-current={mark('timeline')}>
          {words.group.timeline}
        </Link>
      )}
    </nav>
  );
}

function Origin({ group }: { readonly group: GroupDetails }) {
  const words = useWords();
  const source = group.source?.name ?? words.groups.removedSource;
  const isOwned = group.source !== null && group.ownedFields.length > 0;
  return (
    <>
      {isOwned ? words.group.ownedBy(source) : words.group.ownedHere} · {words.group.created}{' '}
      <Time at={group.created} />, {words.group.changed} <Time at={group.lastChanged} />
      {group.description !== null && <div>{group.description}</div>}
      {isOwned && <div className="small">{words.group.owned(source)}</div>}
    </>
  );
}

function Missing({ id }: { readonly id: string }) {
  const { group } = useWords();
  const may = useMay();
  return (
    <div className="stack">
      <h1>{group.missing}</h1>
      <p>{group.missingHelp}</p>
      {may('events.read') && (
        <p>
          <Link to={`/events?target=${encodeURIComponent(id)}`}>{group.events}</Link>
        </p>
      )}
    </div>
  );
}
