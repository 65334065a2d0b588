import { useState } from 'react';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';

/** What a restart resets, from the least to the most, with the names of Graph's resetScope. */
const scopes = {
  quarantine: 'QuarantineState',
  watermark: 'Watermark, Escrows, QuarantineState',
  full: 'Full',
} as const;
type Scope = keyof typeof scopes;

interface Props extends Omit<ApplicationTabProps, 'setActions'> {
  /** True to begin with the restart that only ends the quarantine. */
  readonly isQuarantine?: boolean;
  readonly close: () => void;
}

/** Starts provisioning again, after it has said what the choices reset. */
export function RestartDialog({ tenant, application, job, isQuarantine = false, close }: Props) {
  const { status: words } = useWords().rehearsal;
  const [scope, setScope] = useState<Scope>(isQuarantine ? 'quarantine' : 'watermark');
  const restart = useChange(
    async () => await graph(tenant.id).job(application.id, job.id).restart(scopes[scope]),
    close,
  );
  return (
    <FormDialog
      title={words.restartTitle}
      submit={words.restartSubmit}
      isPending={restart.isPending}
      error={restart.error}
      onSubmit={() => restart.mutate()}
      close={close}
    >
      <fieldset>
        <legend className="hidden">{words.restartTitle}</legend>
        {(Object.keys(scopes) as Scope[]).map((name) => (
          <label key={name} className={styles['choice']}>
            <input type="radio" name="scope" checked={scope === name} onChange={() => setScope(name)} />
            <span>{words.reset[name]}</span>
            <small>{words.resetHelp[name]}</small>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
