import { useWords } from '../words.tsx';
import { Copy } from './copy.tsx';

interface Props {
  readonly codes: readonly string[];
  /** The name of the account, for the file. */
  readonly name: string;
  readonly onSaved: () => void;
}

/** Shows recovery codes, once, with what one can do with them. */
export function RecoveryCodes({ codes, name, onSaved }: Props) {
  const { factor } = useWords();
  const text = `${factor.fileHead(name)}\n\n${codes.join('\n')}\n`;
  return (
    <>
      <p className="lead">{factor.codesLead}</p>
      <p className="print-only">{factor.fileHead(name)}</p>
      <ul className="codes" aria-label={factor.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="row no-print">
        <Copy text={text} label={factor.codes} />
        <button type="button" className="button" onClick={() => download(factor.fileName, text)}>
          {factor.download}
        </button>
        <button type="button" className="button" onClick={() => window.print()}>
          {factor.print}
        </button>
      </p>
      <div className="form no-print">
        <button type="button" className="button" data-kind="primary" onClick={onSaved}>
          {factor.saved}
        </button>
      </div>
    </>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
