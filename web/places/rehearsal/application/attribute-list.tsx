import { useState } from 'react';
import { customAttributesOf, type MappedObject } from '#entra/application/mapped-objects.ts';
import { removeTargetAttribute, setTargetAttribute } from '#entra/application/schema-edits.ts';
import { attributeTypes, type AttributeType } from './attribute-types.ts';
import { useMay } from '../../../data/session.ts';
import { AttributePath } from '../../../parts/attribute-path.tsx';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { useWords } from '../../../words/words.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import styles from '../rehearsal.module.css';
import type { ObjectTypeName } from './mapping-rows.ts';
import { PasteSchema } from './paste-schema.tsx';
import type { SchemaDraft } from './use-schema.ts';

const EXAMPLE = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:costCenter';

interface Props {
  readonly draft: SchemaDraft;
  readonly type: ObjectTypeName;
  readonly object: MappedObject;
}

/** The advanced options: attributes of the target that an administrator added, and the schema as JSON. */
export function AttributeList({ draft, type, object }: Props) {
  const { mappings: words } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [isAdding, setAdding] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const [problem, setProblem] = useState<string>();
  const own = customAttributesOf(object);
  const mapped = new Set(object.mapping.attributeMappings.map(({ targetAttributeName }) => targetAttributeName));
  return (
    <details className="sheet">
      <summary className={styles['summary']}>{words.advanced}</summary>
      <div className={styles['part']}>
        <h3>{words.attributeList}</h3>
        <p className="dim">{own.length === 0 ? words.noOwn : words.ownHelp}</p>
        <ul className={styles['lines']}>
          {own.map((attribute) => (
            <li key={attribute.name}>
              <span>
                <AttributePath path={attribute.name} /> <span className="dim">{attribute.type}</span>
              </span>
              {mayWrite && (
                <button
                  type="button"
                  className="button"
                  data-size="small"
                  aria-label={words.removeRow(attribute.name)}
                  disabled={mapped.has(attribute.name)}
                  title={mapped.has(attribute.name) ? words.stillMapped : undefined}
                  onClick={() =>
                    setProblem(draft.edit((schema) => removeTargetAttribute(schema, type, attribute.name)))
                  }
                >
                  {words.remove}
                </button>
              )}
            </li>
          ))}
        </ul>
        {problem !== undefined && (
          <p role="alert" className="tone-bad">
            {problem}
          </p>
        )}
        {mayWrite && (
          <p>
            <button type="button" className="button" onClick={() => setAdding(true)}>
              {words.addAttribute}
            </button>
          </p>
        )}
        <h3>{words.schema}</h3>
        <p className="dim">{words.schemaHelp}</p>
        <div className="row">
          <CopyButton value={JSON.stringify(draft.schema, null, 2)} label={words.schema}>
            {words.copySchema}
          </CopyButton>
          {mayWrite && (
            <button type="button" className="button" onClick={() => setPasting(true)}>
              {words.pasteSchema}
            </button>
          )}
        </div>
      </div>
      {isPasting && <PasteSchema draft={draft} close={() => setPasting(false)} />}
      {isAdding && <AddAttribute draft={draft} type={type} close={() => setAdding(false)} />}
    </details>
  );
}

function AddAttribute({ draft, type, close }: Omit<Props, 'object'> & { readonly close: () => void }) {
  const { mappings: words } = useWords().rehearsal;
  const [problem, setProblem] = useState<string>();
  const submit = (form: FormData) => {
    const attribute = {
      anchor: false,
      caseExact: false,
      defaultValue: null,
      metadata: [],
      multivalued: false,
      mutability: 'ReadWrite',
      name: textOf(form, 'name'),
      required: form.get('required') === 'on',
      referencedObjects: [],
      type: textOf(form, 'type') as AttributeType,
    } as const;
    const found = draft.edit((schema) => setTargetAttribute(schema, type, attribute));
    setProblem(found);
    if (found === undefined) close();
  };
  return (
    <FormDialog
      title={words.addAttributeTitle}
      submit={words.ok}
      isPending={false}
      error={problem === undefined ? null : new Error(problem)}
      onSubmit={submit}
      close={close}
    >
      <label className="field">
        <span>{words.attributeName}</span>
        <input
          className="input mono"
          name="name"
          required
          maxLength={1_024}
          placeholder={EXAMPLE}
          spellCheck={false}
          data-autofocus
        />
        <small>{words.attributeHelp}</small>
      </label>
      <label className="field">
        <span>{words.attributeType}</span>
        <select className="input" name="type" defaultValue="String">
          {attributeTypes.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className={styles['choice']}>
        <input type="checkbox" name="required" />
        <span>{words.required}</span>
        <small>{words.requiredHelp}</small>
      </label>
    </FormDialog>
  );
}
