import { useState } from 'react';
import { differingFields } from '../../../data/differing-fields.ts';
import { useViewState } from '../../../data/view-state.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import type { Group } from '../objects.ts';
import type { Tenant } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';

const groupView = { group: '' } as const;
const EXAMPLE = 'user.department -eq "Sales"';
const RULE_LENGTH_MAX = 3_072;

interface Props {
  readonly tenant: Tenant;
  /** The group to change; undefined creates one. */
  readonly group?: Group;
  readonly close: () => void;
}

/** Creates or changes a group, whose members are assigned or follow from a rule, as in Entra ID. */
export function GroupDialog({ tenant, group, close }: Props) {
  const { groups: words } = useWords().rehearsal;
  const [, setView] = useViewState(groupView);
  const rule = group?.membershipRule ?? '';
  const [isDynamic, setDynamic] = useState(rule !== '');
  const [before] = useState(group ?? {});
  const save = useChange(
    async (form: FormData) => {
      const values = {
        displayName: textOf(form, 'displayName'),
        description: textOf(form, 'description') || null,
        ...((isDynamic || rule !== '') && { membershipRule: isDynamic ? textOf(form, 'rule') : null }),
      };
      const { groups } = graph(tenant.id);
      if (group !== undefined) return await groups.update(group.id, differingFields(values, before));
      return (await groups.create(values)).id;
    },
    (id) => {
      close();
      if (typeof id === 'string') setView({ group: id });
    },
  );
  const description = group?.['description'];
  return (
    <FormDialog
      title={group === undefined ? words.createTitle : words.editTitle(group.displayName ?? '')}
      submit={group === undefined ? words.createSubmit : words.editSubmit}
      isPending={save.isPending}
      error={save.error}
      onSubmit={save.mutate}
      close={close}
    >
      <label className="field">
        <span>{words.name}</span>
        <input
          className="input"
          name="displayName"
          required
          maxLength={256}
          defaultValue={group?.displayName}
          data-autofocus
        />
      </label>
      <label className="field">
        <span>{words.column.description}</span>
        <input
          className="input"
          name="description"
          maxLength={1_024}
          defaultValue={typeof description === 'string' ? description : ''}
        />
      </label>
      <fieldset>
        <legend>{words.column.membership}</legend>
        <label className={styles['choice']}>
          <input type="radio" name="type" checked={!isDynamic} onChange={() => setDynamic(false)} />
          <span>{words.assigned}</span>
          <small>{words.assignedHelp}</small>
        </label>
        <label className={styles['choice']}>
          <input type="radio" name="type" checked={isDynamic} onChange={() => setDynamic(true)} />
          <span>{words.dynamic}</span>
          <small>{words.dynamicHelp}</small>
        </label>
      </fieldset>
      {isDynamic && (
        <label className="field">
          <span>{words.rule}</span>
          <textarea
            className="input mono"
            name="rule"
            rows={3}
            required
            maxLength={RULE_LENGTH_MAX}
            defaultValue={rule}
            placeholder={EXAMPLE}
            spellCheck={false}
          />
        </label>
      )}
    </FormDialog>
  );
}
