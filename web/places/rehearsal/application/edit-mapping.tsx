import { useState } from 'react';
import { setMapping } from '#entra/application/schema-edits.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { ExpressionField } from '../expression-field.tsx';
import { ObjectPicker } from '../expressions/object-picker.tsx';
import { useSubject } from '../expressions/use-subject.ts';
import styles from '../rehearsal.module.css';
import {
  attributesOf,
  changeOf,
  nextPrecedence,
  type EditedMapping,
  type MappingRow,
  type MappingType,
} from './mapping-rows.ts';
import type { MappingProps } from './mappings-tab.tsx';

const types: readonly MappingType[] = ['direct', 'constant', 'expression', 'none'];
const DEFAULT_LENGTH_MAX = 1_024;

interface Props extends MappingProps {
  /** The row to edit; undefined adds one. */
  readonly row: MappingRow | undefined;
  readonly close: () => void;
}

/** "Edit Attribute" of the portal: type, source, default value, target, matching, and when the mapping applies. */
export function EditMapping(props: Props) {
  const { draft, type, object, row, close } = props;
  const { mappings: words } = useWords().rehearsal;
  const { source, unmapped } = attributesOf(draft.schema, type);
  const [target, setTarget] = useState(row?.target ?? '');
  const [problem, setProblem] = useState<string>();
  const [edited, setEdited] = useState<EditedMapping>({
    type: row?.type ?? 'direct',
    text: row?.text ?? '',
    defaultValue: row?.mapping.defaultValue ?? '',
    isMatching: (row?.mapping.matchingPriority ?? 0) > 0,
    precedence: row?.mapping.matchingPriority || nextPrecedence(object),
    isOnlyCreated: (row?.mapping.flowType ?? 'Always') !== 'Always',
  });
  const set = (change: Partial<EditedMapping>) => setEdited({ ...edited, ...change });
  const submit = () => {
    const found = draft.edit((schema) => setMapping(schema, type, target, changeOf(edited)));
    setProblem(found);
    if (found === undefined) close();
  };
  return (
    <FormDialog
      title={row === undefined ? words.addTitle : words.editTitle(row.target)}
      submit={words.ok}
      isPending={false}
      error={problem === undefined ? null : new Error(problem)}
      onSubmit={submit}
      close={close}
      size="lg"
    >
      <label className="field">
        <span>{words.mappingType}</span>
        <select
          className="input"
          value={edited.type}
          data-autofocus
          onChange={(event) => set({ type: event.currentTarget.value as MappingType, text: '' })}
        >
          {types.map((one) => (
            <option key={one} value={one}>
              {words.type[one]}
            </option>
          ))}
        </select>
      </label>
      <SourceField {...props} edited={edited} set={set} source={source} />
      {row === undefined && (
        <label className="field">
          <span>{words.column.target}</span>
          <select className="input" required value={target} onChange={(event) => setTarget(event.currentTarget.value)}>
            <option value="">{words.choose}</option>
            {unmapped.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <small>{words.targetHelp}</small>
        </label>
      )}
      {edited.type !== 'none' && <MoreFields edited={edited} set={set} />}
    </FormDialog>
  );
}

interface FieldProps {
  readonly edited: EditedMapping;
  readonly set: (change: Partial<EditedMapping>) => void;
}

function SourceField(props: Props & FieldProps & { readonly source: readonly string[] }) {
  const { edited, set, source } = props;
  const { mappings: words } = useWords().rehearsal;
  if (edited.type === 'none') return <p className="dim">{words.noneHelp}</p>;
  if (edited.type === 'direct') {
    return (
      <label className="field">
        <span>{words.sourceAttribute}</span>
        <select
          className="input"
          required
          value={edited.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        >
          <option value="">{words.choose}</option>
          {source.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    );
  }
  if (edited.type === 'constant') {
    return (
      <label className="field">
        <span>{words.constant}</span>
        <input
          className="input"
          required
          value={edited.text}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
      </label>
    );
  }
  return <ExpressionSource {...props} />;
}

/** The expression, with its values for a user or a group of the tenant. */
function ExpressionSource({ tenant, application, job, type, edited, set }: MappingProps & FieldProps) {
  const { mappings: words } = useWords().rehearsal;
  const [id, setId] = useState('');
  const { subject, picked, onPick } = useSubject({ tenant: tenant.id, type, id, choose: setId });
  return (
    <>
      <ObjectPicker
        tenant={tenant.id}
        type={type}
        label={words.testOn}
        help={words.testHelp}
        picked={picked}
        onPick={onPick}
      />
      <ExpressionField
        place={{ tenant: tenant.id, application: application.id, job: job.id, type }}
        value={edited.text}
        onChange={(text) => set({ text })}
        objectId={subject?.id}
      />
    </>
  );
}

function MoreFields({ edited, set }: FieldProps) {
  const { mappings: words } = useWords().rehearsal;
  return (
    <>
      <label className="field">
        <span>{words.defaultValue}</span>
        <input
          className="input"
          maxLength={DEFAULT_LENGTH_MAX}
          value={edited.defaultValue}
          onChange={(event) => set({ defaultValue: event.currentTarget.value })}
        />
        <small>{words.defaultHelp}</small>
      </label>
      <label className={styles['choice']}>
        <input
          type="checkbox"
          checked={edited.isMatching}
          onChange={(event) => set({ isMatching: event.currentTarget.checked })}
        />
        <span>{words.matchObjects}</span>
        <small>{words.matchHelp}</small>
      </label>
      {edited.isMatching && (
        <label className="field">
          <span>{words.precedence}</span>
          <input
            className="input"
            type="number"
            required
            min={1}
            max={100}
            value={edited.precedence}
            onChange={(event) => set({ precedence: Number(event.currentTarget.value) })}
          />
        </label>
      )}
      <label className="field">
        <span>{words.applies}</span>
        <select
          className="input"
          value={edited.isOnlyCreated ? 'created' : 'always'}
          onChange={(event) => set({ isOnlyCreated: event.currentTarget.value === 'created' })}
        >
          <option value="always">{words.always}</option>
          <option value="created">{words.onlyCreated}</option>
        </select>
      </label>
    </>
  );
}
