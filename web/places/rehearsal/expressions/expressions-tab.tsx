import { useState } from 'react';
import { Link } from 'react-router';
import { useViewState } from '../../../data/view-state.ts';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { examplesOf } from './examples.ts';
import type { EditorHandle } from './expression-editor.tsx';
import { ExpressionField } from './expression-field.tsx';
import styles from './expressions.module.css';
import { FunctionList } from './function-list.tsx';
import { ObjectPicker } from './object-picker.tsx';
import type { ObjectTypeName } from './use-explanation.ts';
import { useSubject } from './use-subject.ts';

const defaults = { expression: '', type: 'User', object: '' } as const;
/** A longer expression is not kept in the address. */
const ADDRESS_LENGTH_MAX = 2_000;

/** Tries expressions on a user or a group of the tenant. What is tried is in the address, so that a link shows it to a colleague. */
export function ExpressionsTab({ tenant, application, job }: ApplicationTabProps) {
  const { expressions: words } = useWords();
  const [view, setView] = useViewState(defaults);
  const [text, setText] = useState(view.expression);
  const [handle, setHandle] = useState<EditorHandle>();
  const type: ObjectTypeName = view.type === 'Group' ? 'Group' : 'User';
  const place = { tenant: tenant.id, application: application.id, job: job.id, type };
  const { subject, picked, onPick, reset } = useSubject({
    tenant: tenant.id,
    type,
    id: view.object,
    choose: (object) => setView({ object }, { replace: true }),
  });
  const change = (expression: string) => {
    setText(expression);
    setView({ expression: expression.length > ADDRESS_LENGTH_MAX ? '' : expression }, { replace: true });
  };
  const replaceAll = (expression: string) => {
    if (handle === undefined) change(expression);
    else handle.replace(0, text.length, expression);
  };
  return (
    <div className={styles['page']}>
      <section className="sheet" aria-label={words.editor}>
        <div className="body">
          <p className="dim">{words.help}</p>
          <div className={styles['subject']}>
            <label className="field">
              <span>{words.type}</span>
              <select
                className="input"
                value={type}
                onChange={(event) => {
                  reset();
                  setView({ type: event.currentTarget.value, object: '' });
                }}
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
                label={type === 'User' ? words.person : words.group}
                help={type === 'User' ? words.personHelp : words.groupHelp}
                picked={picked}
                onPick={onPick}
              />
            )}
          </div>
          <ExpressionField place={place} value={text} onChange={change} objectId={subject?.id} onReady={setHandle} />
        </div>
      </section>
      <div>
        <section className="sheet" aria-label={words.examples}>
          <header>
            <h2>{words.examples}</h2>
          </header>
          <ul className={styles['list']}>
            {examplesOf(type).map((example) => (
              <li key={example.name}>
                <button type="button" onClick={() => replaceAll(example.text)}>
                  {words.exampleNames[example.name]}
                  <code className="dim">{example.text}</code>
                </button>
              </li>
            ))}
          </ul>
        </section>
        <FunctionList place={place} handle={handle} />
        <p className="dim small">
          {words.mapping}{' '}
          <Link to={`/rehearsal/${tenant.id}/applications/${application.id}/mappings`}>{words.openMappings}</Link>
        </p>
      </div>
    </div>
  );
}
