import { useDebouncedValue } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { languageOf } from '../../../data/client.ts';
import { useWords } from '../../../words/words.tsx';
import type { EditorHandle, Mistake } from './expression-editor.tsx';
import styles from './expressions.module.css';
import { useExplanation, useKnown, type Explained, type ExpressionPlace } from './use-explanation.ts';
import { ValueTree } from './value-tree.tsx';

/** CodeMirror is a separate chunk, which is loaded where an expression is edited. */
const ExpressionEditor = lazy(async () => ({ default: (await import('./expression-editor.tsx')).ExpressionEditor }));

/** The time after the last key press before a mistake is shown: what is half typed is not a mistake. */
const MISTAKE_AFTER_MS = 400;

export interface ExpressionFieldProps {
  /** The mapping that the expression is for. */
  readonly place: ExpressionPlace;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The id of the user or group to test on; undefined to only look for mistakes. */
  readonly objectId: string | undefined;
  readonly label?: string;
  readonly isReadOnly?: boolean;
  readonly onReady?: (handle: EditorHandle) => void;
}

/** The field of an expression: the editor, the mistake with its correction, the result and the value of each part. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { place, value, onChange, objectId, label, isReadOnly = false, onReady } = props;
  const { expressions: words } = useWords();
  const [handle, setHandle] = useState<EditorHandle>();
  const known = useKnown(place);
  const { data, error } = useExplanation(place, value, objectId);
  const isEmpty = value.trim() === '';
  const isCurrent = data?.text === value;
  const [calm] = useDebouncedValue(value, MISTAKE_AFTER_MS);
  const mistake = isCurrent && !isEmpty && calm === value ? (data.error ?? undefined) : undefined;
  return (
    <div className={styles['field']}>
      <div>
        <span className={styles['label']}>{label ?? words.editor}</span>
        <Suspense fallback={<Waiting />}>
          <ExpressionEditor
            label={label ?? words.editor}
            value={value}
            onChange={onChange}
            known={known}
            mistake={mistake}
            isReadOnly={isReadOnly}
            onReady={(ready) => {
              setHandle(ready);
              onReady?.(ready);
            }}
          />
        </Suspense>
        <p className="dimmer small">{words.editorHelp}</p>
      </div>
      {error !== null && (
        <p role="alert" className="tone-bad" lang={languageOf(error)}>
          {error.message}
        </p>
      )}
      {isEmpty && <p className="dim">{words.empty}</p>}
      {mistake !== undefined && <MistakeNote mistake={mistake} handle={isReadOnly ? undefined : handle} />}
      {!isEmpty && data !== undefined && (
        <Result explained={data} isCurrent={isCurrent} type={place.type} handle={handle} />
      )}
    </div>
  );
}

/** The editor is not there yet. The space is kept. */
function Waiting() {
  const { expressions } = useWords();
  return (
    <div className={styles['waiting']} role="status">
      {expressions.loading}
    </div>
  );
}

function MistakeNote({ mistake, handle }: { readonly mistake: Mistake; readonly handle: EditorHandle | undefined }) {
  const { expressions: words } = useWords();
  const { offset, length, message, suggestion, suggestionOffset, suggestionLength } = mistake;
  return (
    <section className={styles['mistake']} aria-label={words.mistake}>
      <p role="status">
        <span aria-hidden="true">▲ </span>
        {message}
      </p>
      <div className="row">
        {suggestion !== null && handle !== undefined && (
          <button
            type="button"
            className="button"
            data-size="small"
            onClick={() => handle.replace(suggestionOffset, suggestionLength, suggestion)}
          >
            {suggestionLength === 0 ? words.insertFix(suggestion) : words.fix(suggestion)}
          </button>
        )}
        {handle !== undefined && (
          <button type="button" className="button" data-size="small" onClick={() => handle.select(offset, length)}>
            {words.show}
          </button>
        )}
      </div>
    </section>
  );
}

interface ResultProps {
  readonly explained: Explained;
  readonly isCurrent: boolean;
  readonly type: ExpressionPlace['type'];
  readonly handle: EditorHandle | undefined;
}

function Result({ explained, isCurrent, type, handle }: ResultProps) {
  const { expressions: words } = useWords();
  if (explained.outcome === null) return <p className="dim">{type === 'User' ? words.noPerson : words.noGroup}</p>;
  // The whole cannot be read yet, but parts of it can.
  const isPart = explained.error?.code === 'expressionSyntax';
  if (isPart && explained.steps.length === 0) return null;
  return (
    <div className={styles['result']} data-stale={!isCurrent}>
      {!isPart && (
        <>
          <p className={styles['heading']}>{words.result}</p>
          <p role="status" className={styles['value']}>
            <ResultText explained={explained} />
          </p>
        </>
      )}
      {explained.redacted && <p className="dim small">{words.redacted}</p>}
      <ValueTree explained={explained} handle={handle} />
    </div>
  );
}

function ResultText({ explained: { outcome, value } }: { readonly explained: Explained }) {
  const { expressions: words } = useWords();
  if (outcome === 'dropped') return <span className="tone-same">= {words.dropped}</span>;
  if (outcome === 'error') return <span className="tone-bad">▲ {words.failed}</span>;
  if (value === 'null') return <span className="tone-same">= {words.nothing}</span>;
  return <code>{value}</code>;
}
