import { useState } from 'react';
import { mappedObjectOf, type MappedObject } from '#entra/application/mapped-objects.ts';
import { setScope } from '#entra/application/schema-edits.ts';
import type { FilterGroup } from '#entra/application/synchronization-schema.ts';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import styles from '../rehearsal.module.css';
import { DraftBar } from './draft-bar.tsx';
import { EditFilter } from './edit-filter.tsx';
import { useSaveSettings, useSettings } from './use-settings.ts';
import { useSchemaDraft, type SchemaDraft } from './use-schema.ts';

/** Scope: all users and groups or only those that are assigned, and the scoping filters of users and groups. */
export function ScopeTab(props: ApplicationTabProps) {
  const { draft, query } = useSchemaDraft(props);
  if (draft === undefined) {
    if (query.isPending) return <Progress />;
    return <ErrorNotice error={query.error} retry={() => void query.refetch()} />;
  }
  return (
    <div className={`stack ${styles['narrow'] ?? ''}`}>
      <Scope {...props} />
      <DraftBar draft={draft} />
      {(['User', 'Group'] as const).map((type) => {
        const object = mappedObjectOf(draft.schema, type);
        return object && <Filters key={type} {...props} draft={draft} type={type} object={object} />;
      })}
    </div>
  );
}

function Scope(props: ApplicationTabProps) {
  const { scope: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const settings = useSettings(props);
  const save = useSaveSettings(props);
  const current = settings.data?.scope;
  const consequence = save.data?.['@tanhua.consequence'];
  return (
    <section className="sheet" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <fieldset className={styles['part']} disabled={!mayWrite || save.isPending || current === undefined}>
        {(['assigned', 'all'] as const).map((scope) => (
          <label key={scope} className={styles['choice']}>
            <input type="radio" name="scope" checked={current === scope} onChange={() => save.mutate({ scope })} />
            <span>{words.choice[scope]}</span>
            <small>{words.choiceHelp[scope]}</small>
          </label>
        ))}
        <p role="status" className="dim">
          {consequence !== undefined && words.consequence[consequence]}
        </p>
        {save.error !== null && (
          <p role="alert" className="tone-bad" lang={languageOf(save.error)}>
            {save.error.message}
          </p>
        )}
      </fieldset>
    </section>
  );
}

interface FiltersProps extends ApplicationTabProps {
  readonly draft: SchemaDraft;
  readonly type: 'User' | 'Group';
  readonly object: MappedObject;
}

/** The scoping filters of users or groups: one of them has to hold, and of each all clauses. */
function Filters(props: FiltersProps) {
  const { draft, type, object } = props;
  const { scope: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [edited, setEdited] = useState<number>();
  const groups = object.mapping.scope?.groups ?? [];
  const replace = (next: readonly FilterGroup[]) => draft.edit((schema) => setScope(schema, type, next));
  return (
    <section className="sheet" aria-label={words.filters[type]}>
      <header>
        <h2>{words.filters[type]}</h2>
        {mayWrite && (
          <button type="button" className="button push" onClick={() => setEdited(groups.length)}>
            {words.add[type]}
          </button>
        )}
      </header>
      <div className={styles['part']}>
        <p className="dim">{groups.length === 0 ? words.none[type] : words.help}</p>
        <ul className={styles['lines']}>
          {groups.map((group, index) => {
            const title = group.name ?? words.untitled(index + 1);
            return (
              <li key={`${index} ${title}`}>
                <div>
                  <b>{title}</b>
                  {group.clauses.map(({ sourceOperandName, operatorName, targetOperand }, position) => (
                    <div key={`${position}`}>
                      <code>
                        {sourceOperandName} {operatorName} {targetOperand?.values.join(', ')}
                      </code>
                    </div>
                  ))}
                </div>
                {mayWrite && (
                  <span className="row">
                    <button
                      type="button"
                      className="button"
                      data-size="small"
                      aria-label={words.editOne(title)}
                      onClick={() => setEdited(index)}
                    >
                      {words.edit}
                    </button>
                    <button
                      type="button"
                      className="button"
                      data-size="small"
                      aria-label={words.removeOne(title)}
                      onClick={() => replace(groups.filter((one) => one !== group))}
                    >
                      {words.remove}
                    </button>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {edited !== undefined && (
        <EditFilter
          {...props}
          group={groups[edited]}
          save={(group) =>
            replace(
              edited === groups.length ? [...groups, group] : groups.map((one, at) => (at === edited ? group : one)),
            )
          }
          close={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}
