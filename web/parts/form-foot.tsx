import { useWords } from '../words/words.tsx';

interface Props {
  /** What the server said about the last attempt. */
  readonly error: Error | null;
  /** The verb with its object. */
  readonly submit: string;
  readonly isBusy: boolean;
  readonly isDanger?: boolean;
  readonly close: () => void;
}

/** The end of the form of a dialog: what was wrong, the action, and the way out. */
export function FormFoot({ error, submit, isBusy, isDanger = false, close }: Props) {
  const { frame } = useWords();
  return (
    <>
      {error !== null && (
        <p role="alert" className="tone-bad">
          {error.message}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button" data-kind={isDanger ? 'danger' : 'primary'} disabled={isBusy}>
          {submit}
        </button>
        <button
          type="button"
          className="button"
          data-autofocus={isDanger ? true : undefined}
          disabled={isBusy}
          onClick={close}
        >
          {frame.cancel}
        </button>
      </div>
    </>
  );
}
