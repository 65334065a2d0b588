import { Link } from 'react-router';
import type { Schemas } from '../../data/client.ts';
import { inConsole } from '../../words/console-way.ts';
import { useWords, type Words } from '../../words/words.tsx';
import { OutcomeMark } from '../outcome.tsx';
import { StateChip } from '../state-chip.tsx';
import { Time } from '../time.tsx';
import type { ColumnName } from './columns.ts';
import styles from './people-list.module.css';

/** Returns the name under which the events know a refused person: the one that was sent. */
export function nameOfRefused({ userName, email, externalId, id }: Schemas['refusedperson']): string {
  return userName ?? email ?? externalId ?? id;
}

/** Returns the page of a person. */
export function pathOf(person: Schemas['presentperson'] | Schemas['refusedperson']): string {
  return `/people/${person.presence === 'present' ? person.id : encodeURIComponent(nameOfRefused(person))}`;
}

/** The cells of a user. The link in the first one opens the user. */
export function PresentCells({
  person,
  columns,
}: {
  readonly person: Schemas['presentperson'];
  readonly columns: readonly ColumnName[];
}) {
  const words = useWords();
  return columns.map((column) => (
    <span key={column} role="gridcell" data-column={column} title={titleOf(person, column, words)}>
      {cellOf(person, column, words)}
    </span>
  ));
}

/** Returns the whole text of a cell that can be too narrow for it; the others have their own title, or always fit. */
function titleOf(person: Schemas['presentperson'], column: ColumnName, { passwords }: Words): string | undefined {
  switch (column) {
    case 'state':
    case 'created':
    case 'lastChanged':
      return undefined;
    case 'passwordStatus':
      return passwords[person.passwordStatus];
    case 'source':
      return person.source?.name ?? undefined;
    case 'name':
    case 'userName':
    case 'email':
    case 'title':
    case 'department':
    case 'employeeNumber':
      return person[column] ?? undefined;
  }
}

function cellOf(person: Schemas['presentperson'], column: ColumnName, { people, passwords }: Words) {
  switch (column) {
    case 'name':
      return (
        <Link to={pathOf(person)} tabIndex={-1}>
          {person.name}
        </Link>
      );
    case 'userName':
      return <code>{person.userName}</code>;
    case 'state':
      return <StateChip state={person.state} />;
    case 'passwordStatus':
      return passwords[person.passwordStatus];
    case 'source':
      return person.source?.name ?? people.noValue;
    case 'created':
    case 'lastChanged':
      return <Time at={person[column]} />;
    case 'email':
    case 'title':
    case 'department':
    case 'employeeNumber':
      return person[column] ?? people.noValue;
  }
}

/** The cells of a refused person: the names that were sent, and why the directory refused them. */
export function RefusedCells({ person }: { readonly person: Schemas['refusedperson'] }) {
  const words = useWords();
  const { people } = words;
  const name = nameOfRefused(person);
  const reason = inConsole(person.reason, words);
  return (
    <>
      <span role="gridcell" data-column="name" title={person.name ?? name}>
        <Link to={pathOf(person)} tabIndex={-1}>
          {person.name ?? name}
        </Link>
      </span>
      <span role="gridcell" data-column="userName" title={name}>
        <code>{name}</code>
      </span>
      <span role="gridcell" data-column="reason" title={reason}>
        <OutcomeMark outcome="refused" />
        <span className={styles['reason']}>
          {people.notHere} {reason}
        </span>
        <Link to={pathOf(person)} tabIndex={-1}>
          {people.why}
        </Link>
      </span>
      <span role="gridcell" data-column="lastChanged">
        <Time at={person.lastRefused} />
      </span>
    </>
  );
}
