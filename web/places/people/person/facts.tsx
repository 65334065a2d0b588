import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { Time } from '../../../parts/time.tsx';
import { useSourceName } from '../../../data/sources.ts';
import { useWords } from '../../../words/words.tsx';
import { EditDialog, ReleaseDialog } from './fact-dialogs.tsx';
import { factText, isTextFact, ownerOf, scimNames, shownFacts, type FactName } from './fact-list.ts';
import styles from './person.module.css';
import { useGroupsOf, useUser, type User } from './use-person.ts';

interface Props {
  readonly user: User;
  readonly name: string;
}

const GROUPS_SHOWN = 8;

/** What the directory knows about a user, each fact with its owner. */
export function Facts({ user, name }: Props) {
  const { person } = useWords();
  const [dialog, setDialog] = useState<{ readonly kind: 'edit' | 'release'; readonly fact: FactName }>();
  const sourceName = useSourceName();
  const owner = user.restrictedFields?.[0]?.id;
  const close = () => setDialog(undefined);
  return (
    <section className="sheet" aria-labelledby="facts">
      <header>
        <h2 id="facts">{person.facts}</h2>
        <span className="dim push">
          {owner === undefined ? person.noOwner : person.ownedBy(sourceName(owner) ?? owner ?? '')}
        </span>
      </header>
      <dl className={styles['facts']}>
        {shownFacts(user).map((fact) => (
          <Fact key={fact} user={user} fact={fact} open={(kind) => setDialog({ kind, fact })} />
        ))}
        <GroupsFact id={user.id} />
        <Plain term={person.sshKeys}>{person.keys(user.ssh_keys?.map(({ name }) => name ?? '') ?? [])}</Plain>
        <Plain term={person.created} owner={person.computed}>
          <Time at={user.created ?? null} />
        </Plain>
        <Plain term={person.changed} owner={person.computed}>
          <Time at={user.lastModified ?? null} />
        </Plain>
        <Plain term={person.id} owner={<CopyButton value={user.id} label={person.id} isSmall />}>
          <code className={styles['id']}>{user.id}</code>
        </Plain>
      </dl>
      {dialog?.kind === 'edit' && isTextFact(dialog.fact) && (
        <EditDialog user={user} fact={dialog.fact} close={close} />
      )}
      {dialog?.kind === 'release' && (
        <ReleaseDialog
          user={user}
          fact={dialog.fact}
          close={close}
          name={name}
          source={sourceName(ownerOf(user, dialog.fact)) ?? person.here}
        />
      )}
    </section>
  );
}

function Plain({
  term,
  owner,
  children,
}: {
  readonly term: string;
  readonly owner?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <span>{children}</span>
        {owner !== undefined && <span className={styles['owner']}>{owner}</span>}
      </dd>
    </div>
  );
}

interface FactProps {
  readonly user: User;
  readonly fact: FactName;
  readonly open: (kind: 'edit' | 'release') => void;
}

function Fact({ user, fact, open }: FactProps) {
  const { person } = useWords();
  const may = useMay();
  const sourceName = useSourceName();
  const owner = ownerOf(user, fact);
  const text = factText(user, fact);
  const label = person.fact[fact];
  return (
    <div>
      <dt title={person.scimName(scimNames[fact])}>{label}</dt>
      <dd>
        <span>
          {text === '' ? (
            <span className="dimmer">{person.none}</span>
          ) : fact === 'manager' ? (
            <Manager id={text} />
          ) : (
            text
          )}
        </span>
        <span className={styles['owner']} data-common={owner === user.restrictedFields?.[0]?.id}>
          <span>{owner === undefined ? person.here : (sourceName(owner) ?? owner)}</span>
          {may('users.write') && owner !== undefined && (
            <button type="button" aria-label={person.releaseTitle(label)} onClick={() => open('release')}>
              {person.release}
            </button>
          )}
          {may('users.write') && owner === undefined && isTextFact(fact) && (
            <button type="button" aria-label={person.edit(label)} onClick={() => open('edit')}>
              {person.change}
            </button>
          )}
        </span>
      </dd>
    </div>
  );
}

function Manager({ id }: { readonly id: string }) {
  const { data } = useUser(id);
  return <Link to={`/people/${id}`}>{data?.displayname ?? data?.username ?? id}</Link>;
}

function GroupsFact({ id }: { readonly id: string }) {
  const { person } = useWords();
  const may = useMay();
  const [isWhole, setWhole] = useState(false);
  const { data } = useGroupsOf(id, may('groups.read'));
  if (data === undefined) return null;
  return (
    <Plain term={person.groups}>
      {data.length === 0 && <span className="dimmer">{person.noGroups}</span>}
      {data.slice(0, isWhole ? undefined : GROUPS_SHOWN).map((group, index) => (
        <span key={group.id}>
          {index > 0 && ', '}
          <Link to={`/groups/${group.id}`}>{group.name ?? group.id}</Link>
          {!group.direct && ` (${person.byNesting})`}
        </span>
      ))}
      {!isWhole && data.length > GROUPS_SHOWN && (
        <>
          {' '}
          <button type="button" className="button" data-kind="quiet" onClick={() => setWhole(true)}>
            {person.moreGroups(data.length - GROUPS_SHOWN)}
          </button>
        </>
      )}
    </Plain>
  );
}
