import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { AddSchemaDialog, SchemaDrawer } from './schema-drawer.tsx';

const viewDefaults = { schema: '' };

/** The schemas that the organization defined. */
export function SchemasSection() {
  const { settings } = useWords();
  const words = settings.schemas;
  const mayWrite = useMay()('schemas');
  const [isAdding, setAdding] = useState(false);
  const [view, setView] = useViewState(viewDefaults);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['schemas'],
    queryFn: ({ signal }) => read(api.GET('/api/schemas', { signal })),
  });
  const schemas = data?.results ?? [];
  return (
    <>
      <PageHead
        title={settings.sections.schemas}
        below={data === undefined ? '' : words.below(schemas.length)}
        actions={
          mayWrite && (
            <button type="button" className="button" data-kind="primary" onClick={() => setAdding(true)}>
              {words.add}
            </button>
          )
        }
      />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <section className="sheet" aria-label={settings.sections.schemas}>
          {schemas.length === 0 ? (
            <div className="body">
              <h2>{words.empty}</h2>
              <p className="dim">{words.emptyHelp}</p>
            </div>
          ) : (
            <table className={list['table']}>
              <thead>
                <tr>
                  <th scope="col">{words.column.schema}</th>
                  <th scope="col">{words.column.extends}</th>
                  <th scope="col">{words.column.attributes}</th>
                </tr>
              </thead>
              <tbody>
                {schemas.map(({ id, name, resourceType, attributes }) => (
                  <tr key={id}>
                    <th scope="row">
                      <button type="button" className={list['link']} onClick={() => setView({ schema: id })}>
                        {name}
                      </button>
                      <small>
                        <AttributePath path={id} />
                      </small>
                    </th>
                    <td data-label={words.column.extends}>{words.types[resourceType]}</td>
                    <td data-label={words.column.attributes}>{attributes.map((one) => one.name).join(', ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
      {isAdding && <AddSchemaDialog close={() => setAdding(false)} />}
      {view.schema !== '' && (
        <SchemaDrawer key={view.schema} id={view.schema} close={() => setView({ schema: '' }, { replace: true })} />
      )}
    </>
  );
}
