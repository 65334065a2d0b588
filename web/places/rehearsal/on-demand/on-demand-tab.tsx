import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import type { Picked } from '../../../parts/picker.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { ObjectPicker } from '../expressions/object-picker.tsx';
import type { ObjectTypeName } from '../expressions/use-explanation.ts';
import { graph } from '../graph.ts';
import { REHEARSAL, useRehearsalChanged } from '../queries.ts';
import { FailedConnection } from './failed-connection.tsx';
import { MemberChoice } from './member-choice.tsx';
import styles from './on-demand.module.css';
import { OnDemandResult } from './on-demand-result.tsx';

const defaults = { type: 'User', object: '' } as const;
const NO_MEMBERS: readonly string[] = [];

/** Provisions one user or group now, and shows each step with its requests. */
export function OnDemandTab({ tenant, application, job }: ApplicationTabProps) {
  const { onDemand: words } = useWords();
  const may = useMay();
  const [view, setView] = useViewState(defaults);
  const type: ObjectTypeName = view.type === 'Group' ? 'Group' : 'User';
  const subject = useSubject(tenant.id, type, view.object);
  const [members, setMembers] = useState(NO_MEMBERS);
  const changed = useRehearsalChanged();
  const run = useMutation({
    mutationFn: async ({ id }: Picked) =>
      await graph(tenant.id).job(application.id, job.id).provisionOnDemand(type, id, members),
    onSettled: () => void changed(),
  });
  const choose = (next: { type?: ObjectTypeName; object: string }) => {
    run.reset();
    setMembers(NO_MEMBERS);
    setView(next, { replace: true });
  };
  const base = `/rehearsal/${tenant.id}/applications/${application.id}`;
  if (job.status.code === 'NotConfigured') return <NotConfigured base={base} />;
  const mayProvision = may('entra.write');
  const name = run.variables?.name ?? subject?.name ?? '';
  return (
    <div className="stack">
      <section className="sheet" aria-label={words.what}>
        <form
          className="body"
          onSubmit={(event) => {
            event.preventDefault();
            if (subject != null) run.mutate(subject);
          }}
        >
          <p className="dim">{mayProvision ? words.help[type] : words.readOnly}</p>
          <div className={styles['subject']}>
            <label className="field">
              <span>{words.what}</span>
              <select
                className="input"
                value={type}
                onChange={(event) =>
                  choose({ type: event.currentTarget.value === 'Group' ? 'Group' : 'User', object: '' })
                }
              >
                <option value="User">{words.types.User}</option>
                <option value="Group">{words.types.Group}</option>
              </select>
            </label>
            {subject !== undefined && (
              <ObjectPicker
                key={type}
                tenant={tenant.id}
                type={type}
                label={type === 'User' ? words.user : words.group}
                help={type === 'User' ? words.userHelp : words.groupHelp}
                picked={subject}
                onPick={(picked) => choose({ object: picked?.id ?? '' })}
              />
            )}
          </div>
          {type === 'Group' && subject != null && (
            <MemberChoice tenant={tenant.id} group={subject.id} chosen={members} choose={setMembers} />
          )}
          {mayProvision && (
            <p>
              <button type="submit" className="button" data-kind="primary" disabled={subject == null || run.isPending}>
                {subject == null ? words.provision : words.provisionNamed(subject.name)}
              </button>
            </p>
          )}
        </form>
      </section>
      {run.isPending && (
        <div className="sheet">
          <p role="status" className="body">
            {words.working(name)}
          </p>
          <Progress />
        </div>
      )}
      {run.error !== null && <FailedConnection error={run.error} />}
      {run.data !== undefined && (
        <OnDemandResult key={run.data.value.changeId} answer={run.data} name={name} type={type} base={base} />
      )}
    </div>
  );
}

/** Says what is missing before anything can be provisioned. */
export function NotConfigured({ base }: { readonly base: string }) {
  const { onDemand: words } = useWords();
  return (
    <section className="sheet">
      <div className="body">
        <p>{words.notConfigured}</p>
        <Link to={`${base}/credentials`}>{words.toCredentials}</Link>
      </div>
    </section>
  );
}

/** The object of the address; null for none, undefined until it is known. */
function useSubject(tenant: string, type: ObjectTypeName, id: string): Picked | null | undefined {
  const { data, isError } = useQuery({
    queryKey: [REHEARSAL, tenant, 'chosen', type, id],
    queryFn: async ({ signal }): Promise<Picked> => {
      const client = graph(tenant, signal);
      const found = type === 'User' ? await client.users.get(id) : await client.groups.get(id);
      return { id: found.id, name: found.displayName ?? found.id };
    },
    enabled: id !== '',
    staleTime: 60_000,
    retry: false,
  });
  return id === '' || isError ? null : data;
}
