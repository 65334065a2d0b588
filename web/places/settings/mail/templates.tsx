import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { api, read } from '../../../data/client.ts';
import { useViewState } from '../../../data/view-state.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { WithCode } from '../../../parts/with-code.tsx';
import { languageNames, languages, type Language } from '../../../words/languages.ts';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';
import { TemplateDrawer } from './template-drawer.tsx';

const viewDefaults = { template: '', readers: '' };

/** The kinds of email, each with the text of the product or of the organization. */
export function Templates() {
  const words = useWords().settings.mail;
  const names: Readonly<Record<string, string>> = words.names;
  const [view, setView] = useViewState(viewDefaults);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['mail-templates', view.readers],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v2/customemail/templates', { params: { query: readersIn(view.readers) }, signal })),
    placeholderData: (previous) => previous,
  });
  if (isPending) return <Progress />;
  if (data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const open = data.find(({ type }) => type === view.template);
  return (
    <>
      <Readers language={data[0]?.readerLanguage} onChange={(readers) => setView({ readers })} />
      <section className="sheet" aria-label={words.kinds}>
        <table className={list['table']}>
          <thead>
            <tr>
              <th scope="col">{words.column2.kind}</th>
              <th scope="col">{words.column2.when}</th>
              <th scope="col">{words.column2.text}</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ type, description, isCustom }) => (
              <tr key={type}>
                <th scope="row">
                  <button type="button" className={list['link']} onClick={() => setView({ template: type })}>
                    {names[type] ?? type}
                  </button>
                </th>
                <td className="dim">
                  <WithCode text={description} />
                </td>
                <td className={list['line']} data-label={words.column2.text}>
                  {isCustom ? words.custom : words.standard}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {open !== undefined && (
          <TemplateDrawer
            key={`${open.type} ${open.readerLanguage}`}
            template={open}
            title={names[open.type] ?? open.type}
            close={() => setView({ template: '' }, { replace: true })}
          />
        )}
      </section>
    </>
  );
}

function readersIn(name: string): { readonly readerLanguage?: Language } {
  const readerLanguage = languageNames.find((known) => known === name);
  return readerLanguage === undefined ? {} : { readerLanguage };
}

interface ReadersProps {
  readonly language: Language | undefined;
  readonly onChange: (language: Language) => void;
}

/** Chooses the readers whose texts are shown. */
function Readers({ language, onChange }: ReadersProps) {
  const words = useWords().settings.mail;
  const id = useId();
  return (
    <div className={list['readers']}>
      <label htmlFor={id}>{words.readers}</label>
      <select
        id={id}
        className="input"
        value={language}
        aria-describedby={`${id}-help`}
        onChange={({ currentTarget: { value } }) => onChange(value as Language)}
      >
        {languageNames.map((name) => (
          <option key={name} value={name} lang={name}>
            {languages[name]}
          </option>
        ))}
      </select>
      <span id={`${id}-help`} className="dim small">
        {words.readersHelp}
      </span>
    </div>
  );
}
