import { useState } from 'react';
import { Link } from 'react-router';
import { actionsOf } from '#entra/application/schema-actions.ts';
import { mappedObjectOf, type MappedObject } from '#entra/application/mapped-objects.ts';
import { enableMapping, removeMapping, setActions } from '#entra/application/schema-edits.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import tabStyles from '../../../parts/tabs.module.css';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import styles from '../rehearsal.module.css';
import { AttributeList } from './attribute-list.tsx';
import { DraftBar } from './draft-bar.tsx';
import { EditMapping } from './edit-mapping.tsx';
import { mappingRows, type MappingRow, type ObjectTypeName } from './mapping-rows.ts';
import { RestoreMappings } from './restore-mappings.tsx';
import { useSchemaDraft, type SchemaDraft } from './use-schema.ts';

const types = ['User', 'Group'] as const;
const mappingView = { mapping: 'User' } as const;

/** Mappings: what is provisioned of users and of groups, in the words and the order of Entra's portal. */
export function MappingsTab(props: ApplicationTabProps) {
  const { mappings: words } = useWords().rehearsal;
  const [view] = useViewState(mappingView);
  const { draft, query } = useSchemaDraft(props);
  const type = types.find((one) => one === view.mapping) ?? 'User';
  if (draft === undefined) {
    if (query.isPending) return <Progress />;
    return <ErrorNotice error={query.error} retry={() => void query.refetch()} />;
  }
  const object = mappedObjectOf(draft.schema, type);
  return (
    <div className="stack">
      <div className="row">
        <nav aria-label={words.which} className={tabStyles['tabs']}>
          {types.map((one) => (
            <Link key={one} to={`?mapping=${one}`} aria-current={one === type ? 'page' : undefined}>
              {words.provision[one]}
            </Link>
          ))}
        </nav>
        <span className="push" />
        <RestoreMappings {...props} done={draft.discard} />
      </div>
      <DraftBar draft={draft} />
      {object === undefined ? (
        <p>{words.missing}</p>
      ) : (
        <>
          <MappingHead {...props} draft={draft} type={type} object={object} />
          <AttributeMappings key={type} {...props} draft={draft} type={type} object={object} />
          <AttributeList key={`list ${type}`} draft={draft} type={type} object={object} />
        </>
      )}
    </div>
  );
}

export interface MappingProps extends ApplicationTabProps {
  readonly draft: SchemaDraft;
  readonly type: ObjectTypeName;
  readonly object: MappedObject;
}

/** Enabled, the scope of the source object, and the actions in the target. */
function MappingHead({ tenant, application, draft, type, object: { mapping } }: MappingProps) {
  const { rehearsal, marks } = useWords();
  const words = rehearsal.mappings;
  const mayWrite = useMay()('entra.write');
  const [problem, setProblem] = useState<string>();
  const actions = actionsOf(mapping.flowTypes);
  const filters = mapping.scope?.groups.length ?? 0;
  const scope = `/rehearsal/${tenant.id}/applications/${application.id}/scope`;
  return (
    <section className="sheet" aria-label={words.provision[type]}>
      <fieldset className={styles['part']} disabled={!mayWrite}>
        <label className={styles['choice']}>
          <input
            type="checkbox"
            checked={mapping.enabled}
            disabled={type === 'User'}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              setProblem(draft.edit((schema) => enableMapping(schema, type, checked)));
            }}
          />
          <span>{words.enabled}</span>
          <small>{type === 'User' ? words.alwaysEnabled : words.enabledHelp}</small>
        </label>
        <p>
          {words.sourceScope}
          {marks.colon}
          <Link to={scope}>{filters === 0 ? words.allRecords : words.filters(filters)}</Link>
        </p>
        <fieldset>
          <legend>{words.actions}</legend>
          {(['add', 'update', 'delete'] as const).map((action) => (
            <label key={action} className={styles['choice']}>
              <input
                type="checkbox"
                checked={actions[action]}
                onChange={(event) => {
                  const change = { ...actions, [action]: event.currentTarget.checked };
                  setProblem(draft.edit((schema) => setActions(schema, type, change)));
                }}
              />
              <span>{words.action[action]}</span>
              <small>{words.actionHelp[type][action]}</small>
            </label>
          ))}
        </fieldset>
        {problem !== undefined && (
          <p role="alert" className="tone-bad">
            {problem}
          </p>
        )}
      </fieldset>
    </section>
  );
}

/** The attribute mappings: each row with its source, its target, how it matches, and when it applies. */
function AttributeMappings(props: MappingProps) {
  const { draft, type, object } = props;
  const { mappings: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [edited, setEdited] = useState<MappingRow | 'new'>();
  return (
    <section className={`sheet ${styles['list'] ?? ''}`} aria-label={words.attributes}>
      <header>
        <h2>{words.attributes}</h2>
        {mayWrite && (
          <button type="button" className="button push" onClick={() => setEdited('new')}>
            {words.add}
          </button>
        )}
      </header>
      <table aria-label={words.attributes}>
        <thead>
          <tr>
            <th scope="col">{words.column.target}</th>
            <th scope="col">{words.column.source}</th>
            <th scope="col" data-column="medium">
              {words.column.matching}
            </th>
            <th scope="col" data-column="wide">
              {words.column.applies}
            </th>
            {mayWrite && (
              <th scope="col">
                <span className="hidden">{words.column.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {mappingRows(object).map((row) => (
            <tr key={row.target}>
              <td>
                {mayWrite ? (
                  <button
                    type="button"
                    className={styles['target']}
                    aria-label={words.edit(row.target)}
                    onClick={() => setEdited(row)}
                  >
                    <AttributePath path={row.target} />
                  </button>
                ) : (
                  <AttributePath path={row.target} />
                )}
              </td>
              <td>
                <Source row={row} />
              </td>
              <td data-column="medium" className="dim">
                {row.mapping.matchingPriority > 0 && words.match(row.mapping.matchingPriority)}
              </td>
              <td data-column="wide" className={`dim ${styles['line'] ?? ''}`}>
                {row.mapping.flowType === 'Always' ? words.always : words.onlyCreated}
              </td>
              {mayWrite && (
                <td className="number">
                  <button
                    type="button"
                    className="button"
                    data-size="small"
                    aria-label={words.removeRow(row.target)}
                    onClick={() => draft.edit((schema) => removeMapping(schema, type, row.target))}
                  >
                    {words.remove}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {edited !== undefined && (
        <EditMapping {...props} row={edited === 'new' ? undefined : edited} close={() => setEdited(undefined)} />
      )}
    </section>
  );
}

function Source({ row: { type, text, mapping } }: { readonly row: MappingRow }) {
  const { mappings: words } = useWords().rehearsal;
  return (
    <>
      {type === 'none' ? <span className="dim">{words.type.none}</span> : <code>{text}</code>}{' '}
      {type === 'constant' && <span className="dim small">{words.type.constant}</span>}
      {mapping.matchingPriority > 0 && (
        <span className={`dim small ${styles['phone'] ?? ''}`}>{words.match(mapping.matchingPriority)}</span>
      )}
      {mapping.defaultValue !== null && <span className="dim small">{words.default(mapping.defaultValue)}</span>}
    </>
  );
}
