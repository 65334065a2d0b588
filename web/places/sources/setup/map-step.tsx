import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { rulesPath } from '../../../data/rules-path.ts';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords, type Words } from '../../../words/words.tsx';
import type { Source } from '../../../data/sources.ts';
import { Paths } from './paths.tsx';
import type { MappingName } from './schemas.ts';
import type { SetupProps } from './setup-state.ts';
import styles from './setup.module.css';

const names: readonly MappingName[] = ['guide', 'entra'];

interface Props {
  readonly source: Source;
  readonly texts: Words['sources']['setup']['of']['entra']['map'];
}

/** The mapping table to copy, and the same as a schema that Entra ID imports. */
export function MapStep({ source, texts: map }: Props) {
  const acceptsAddresses = source.rules.userName === 'any';
  const [name, setName] = useState<MappingName>(acceptsAddresses ? 'entra' : 'guide');
  const mappings = useQuery({
    queryKey: ['mappings'],
    queryFn: async () => await import('./schemas.ts'),
    staleTime: Infinity,
  });
  if (mappings.data === undefined) return <Progress />;
  const rows = mappings.data.userRows(name);
  const schema = JSON.stringify(mappings.data.schemas[name], null, 2);
  const table = rows.map(({ source: from, target }) => `${from}\t${target}`).join('\n');
  return (
    <>
      <p className="dim">{map.path}</p>
      <p>{acceptsAddresses ? map.any : map.strict}</p>
      <div className="row">
        {names.map((one) => (
          <label key={one} className={styles['choice']}>
            <input type="radio" name="mapping" checked={name === one} onChange={() => setName(one)} />{' '}
            {map.presets[one]}
          </label>
        ))}
        <span className="push" />
        <CopyButton value={table} label={map.copyTable} />
      </div>
      <table className={styles['mapping']}>
        <thead>
          <tr>
            <th scope="col">{map.column.source}</th>
            <th scope="col">{map.column.target}</th>
            <th scope="col">{map.column.match}</th>
            <th scope="col">
              <span className="hidden">{map.column.copy}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ source: from, target, match }) => (
            <tr key={target}>
              <td>
                <code>{from}</code>
              </td>
              <td>
                <AttributePath path={target} />
              </td>
              <td className="dim">{match > 0 && map.match(match)}</td>
              <td className="number">
                <CopyButton value={`${from}\t${target}`} label={map.copyRow(target)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">{map.schemaHelp}</p>
      <div className={styles['schema']}>
        <span>{map.copySchema}</span>
        <CopyButton value={schema} label={map.copySchema} />
      </div>
    </>
  );
}

/** The mapping of a product that maps everything itself. */
export function PlainMapStep({ source, name, paths }: SetupProps & { readonly paths: readonly string[] }) {
  const { fits, attributes } = useWords().sources.setup;
  const acceptsAddresses = source.rules.userName === 'any';
  return (
    <>
      <Paths paths={paths} />
      <p>
        {acceptsAddresses ? (
          fits.any
        ) : (
          <>
            {fits.strict(name)}{' '}
            <Link to={rulesPath(source.id, [{ rule: 'userName', value: 'any' }])}>{fits.change}</Link>
          </>
        )}
      </p>
      <p>
        <Link className="button" to={`/sources/${source.id}/attributes`}>
          {attributes}
        </Link>
      </p>
    </>
  );
}
