import { useState } from 'react';
import type { SynchronizationSchema } from '#entra/graph-api/client-types.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import type { SchemaDraft } from './use-schema.ts';

interface Props {
  readonly draft: SchemaDraft;
  readonly close: () => void;
}

/** Replaces the schema by one in the format of Microsoft Graph. The server checks it, and says what is wrong with it. */
export function PasteSchema({ draft, close }: Props) {
  const { mappings: words } = useWords().rehearsal;
  const [problem, setProblem] = useState<string>();
  // Until then, the error belongs to an earlier change.
  const [isSent, setSent] = useState(false);
  const submit = (form: FormData) => {
    try {
      const schema: SynchronizationSchema = JSON.parse(textOf(form, 'schema'));
      setProblem(undefined);
      setSent(true);
      draft.replace(schema, close);
    } catch (error) {
      setProblem(words.notJson(error instanceof Error ? error.message : String(error)));
    }
  };
  const refusal = isSent ? draft.error : null;
  const error = problem === undefined ? refusal : new Error(problem);
  return (
    <FormDialog
      title={words.pasteTitle}
      submit={words.pasteSubmit}
      isPending={draft.isSaving}
      error={error}
      onSubmit={submit}
      close={close}
      size="xl"
    >
      <p>{words.pasteHelp}</p>
      <label className="field">
        <span>{words.schema}</span>
        <textarea
          className="input mono"
          name="schema"
          rows={16}
          required
          spellCheck={false}
          defaultValue={JSON.stringify(draft.schema, null, 2)}
          aria-invalid={error !== null}
          data-autofocus
        />
      </label>
    </FormDialog>
  );
}
