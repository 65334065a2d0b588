import { useMemo, useState } from 'react';
import type { NamedFault } from '#request-log/named-fault.ts';
import { useWords } from '../../words/words.tsx';
import { faultLines } from './fault-lines.ts';
import { jsonLines, type JsonLine } from './json-lines.ts';
import styles from './json-text.module.css';

/** More lines are shown on request: a group can have thousands of members. */
const LINES_MAX = 120;

interface Props {
  readonly text: string;
  /** Names the text for readers who hear it. */
  readonly label: string;
  /** What a refusal is about; the lines that led to it are marked. */
  readonly fault?: NamedFault | null;
}

/** JSON with line numbers and colors. Masked values and the lines that led to a refusal are marked. */
export function JsonText({ text, label, fault = null }: Props) {
  const { exchange } = useWords();
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => jsonLines(text), [text]);
  const faults = useMemo(() => faultLines(lines, fault), [lines, fault]);
  const shown = isWhole ? lines : lines.slice(0, LINES_MAX);
  return (
    <>
      <pre className={styles['text']} aria-label={label} role="group">
        <code>
          {shown.map((line, index) => (
            <Line key={index} line={line} isFault={faults.has(index)} />
          ))}
        </code>
      </pre>
      {shown.length < lines.length && (
        <button type="button" className="button" data-kind="quiet" onClick={() => setWhole(true)}>
          {exchange.allLines(lines.length)}
        </button>
      )}
    </>
  );
}

function Line({ line: { depth, tokens }, isFault }: { readonly line: JsonLine; readonly isFault: boolean }) {
  const { exchange } = useWords();
  const text = tokens.map((token, index) =>
    token.kind === 'masked' ? (
      <span key={index} className={styles['masked']} title={exchange.masked}>
        {token.text}
      </span>
    ) : (
      <span key={index} className={styles[token.kind]}>
        {token.text}
      </span>
    ),
  );
  return (
    <span className={styles['line']} style={{ paddingLeft: `${5 + depth * 2}ch` }}>
      {isFault ? <mark className={styles['fault']}>{text}</mark> : text}
      {'\n'}
    </span>
  );
}
