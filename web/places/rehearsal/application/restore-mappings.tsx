import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';

/** Replaces all mappings by those that an application begins with. */
export function RestoreMappings({
  tenant,
  application,
  job,
  done,
}: ApplicationTabProps & { readonly done: () => void }) {
  const { mappings: words, applications } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [isOpen, setOpen] = useState(false);
  const restore = useChange(
    async (form: FormData) => {
      const preset = textOf(form, 'preset') === 'entra' ? 'entra' : 'guide';
      await graph(tenant.id).job(application.id, job.id).restoreSchema(preset);
    },
    () => {
      setOpen(false);
      done();
    },
  );
  if (!mayWrite) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {words.restore}
      </button>
      {isOpen && (
        <FormDialog
          title={words.restoreTitle}
          submit={words.restoreSubmit}
          isPending={restore.isPending}
          error={restore.error}
          onSubmit={restore.mutate}
          close={() => setOpen(false)}
        >
          <p>{words.restoreHelp}</p>
          <fieldset>
            <legend>{applications.mappings}</legend>
            {(['guide', 'entra'] as const).map((preset) => (
              <label key={preset} className={styles['choice']}>
                <input type="radio" name="preset" value={preset} defaultChecked={preset === 'guide'} />
                <span>{applications.presets[preset]}</span>
                <small>{applications.presetHelp[preset]}</small>
              </label>
            ))}
          </fieldset>
        </FormDialog>
      )}
    </>
  );
}
