import { useState } from 'react';
import { useMay, useSession } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { AdministratorDialog } from './administrator-dialog.tsx';
import { AdministratorDrawer } from './administrator-drawer.tsx';
import { AdministratorState, factorOf } from './administrator-state.tsx';
import { nameOf, stateOf, useAdministrators, type Administrator } from './use-administrators.ts';

/** `new=administrator` asks for an invitation; `administrator` is the id of the one whose drawer is open. */
const viewDefaults = { new: '', administrator: '' };

/** Who may work in this console. */
export function AdministratorsSection() {
  const { settings } = useWords();
  const words = settings.administrators;
  const mayWrite = useMay()('administrators.write');
  const { data, error, isPending, refetch } = useAdministrators();
  const [view, setView] = useViewState(viewDefaults);
  const [isInviting, setInviting] = useState(false);
  const all = data?.results ?? [];
  const close = () => {
    setInviting(false);
    setView({ new: '' }, { replace: true });
  };
  return (
    <>
      <PageHead
        title={settings.sections.administrators}
        below={
          data === undefined ? '' : words.below(all.length, all.filter((one) => stateOf(one) === 'suspended').length)
        }
        actions={
          mayWrite && (
            <button type="button" className="button" data-kind="primary" onClick={() => setInviting(true)}>
              {words.invite}
            </button>
          )
        }
      />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <div className="stack">
          <section className="sheet" aria-label={settings.sections.administrators}>
            <Table administrators={all} open={(administrator) => setView({ administrator })} />
          </section>
          {!mayWrite && <p className="dim">{words.mayRead}</p>}
        </div>
      )}
      {mayWrite && (isInviting || view.new === 'administrator') && <AdministratorDialog close={close} />}
      {view.administrator !== '' && data !== undefined && (
        <AdministratorDrawer
          key={view.administrator}
          administrator={all.find(({ _id: id }) => id === view.administrator)}
          close={() => setView({ administrator: '' }, { replace: true })}
        />
      )}
    </>
  );
}

interface TableProps {
  readonly administrators: readonly Administrator[];
  readonly open: (id: string) => void;
}

function Table({ administrators, open }: TableProps) {
  const { settings, roleName: nameOfRole } = useWords();
  const words = settings.administrators;
  const { column } = words;
  const { data: session } = useSession();
  return (
    <table className={list['table']}>
      <thead>
        <tr>
          <th scope="col">{column.name}</th>
          <th scope="col">{column.role}</th>
          <th scope="col">{column.state}</th>
          <th scope="col">{column.factor}</th>
          <th scope="col">{column.signedIn}</th>
        </tr>
      </thead>
      <tbody>
        {administrators.map((one) => (
          <tr key={one._id} data-ended={one.suspended}>
            <th scope="row">
              <button type="button" className={list['link']} onClick={() => open(one._id)}>
                {nameOf(one)}
              </button>{' '}
              {session?.id === one._id && <span className="chip">{words.you}</span>}
              <small>{one.email}</small>
            </th>
            <td data-label={column.role}>{nameOfRole(one.roleName ?? '')}</td>
            <td>
              <AdministratorState administrator={one} />
            </td>
            <td data-label={column.factor}>{words.factors[factorOf(one)]}</td>
            <td data-label={column.signedIn}>
              <Time at={one.lastLogin ?? null} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
