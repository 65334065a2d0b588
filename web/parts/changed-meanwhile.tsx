import { useWords } from '../words/words.tsx';

interface Props {
  /** The labels of the typed fields that another administrator has saved with another value. */
  readonly labels: readonly string[];
  /** Shows what is saved in these fields. */
  readonly useSaved: () => void;
}

/** Says which typed fields have changed on the server since typing began. What was typed is kept until the reader decides. */
export function ChangedMeanwhile({ labels, useSaved }: Props) {
  const { form, marks } = useWords();
  return (
    <div role="status">
      {labels.length > 0 && (
        <p className="tone-warn">
          {form.meanwhile(marks.names(labels))}{' '}
          <button type="button" className="button" data-size="small" onClick={useSaved}>
            {form.useSaved}
          </button>
        </p>
      )}
    </div>
  );
}
