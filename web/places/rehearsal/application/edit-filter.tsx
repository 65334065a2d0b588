import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MappedObject } from '#entra/application/mapped-objects.ts';
import type { FilterClause, FilterGroup } from '#entra/application/synchronization-schema.ts';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import styles from '../rehearsal.module.css';

interface Props extends ApplicationTabProps {
  readonly object: MappedObject;
  /** The filter to edit; undefined adds one. */
  readonly group: FilterGroup | undefined;
  /** Takes the filter. Returns why it is not possible. */
  readonly save: (group: FilterGroup) => string | undefined;
  readonly close: () => void;
}

interface Clause {
  readonly id: number;
  readonly attribute: string;
  readonly operator: string;
  readonly value: string;
  /** The other values of a clause that has several: the dialog shows the first one. */
  readonly more: readonly string[];
}

/** "Add Scoping Filter" of the portal: clauses, all of which have to hold, and a title. */
export function EditFilter({ tenant, application, job, object, group, save, close }: Props) {
  const { scope: words } = useWords().rehearsal;
  const { data: operators = [] } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'operators', job.id],
    queryFn: async ({ signal }) => (await graph(tenant.id, signal).job(application.id, job.id).filterOperators()).value,
    staleTime: Infinity,
  });
  const attributes = (object.source?.attributes ?? [])
    .filter(({ multivalued, type }) => !multivalued && type !== 'Reference' && type !== 'DateTime')
    .map(({ name }) => name);
  const empty = { attribute: '', operator: 'EQUALS', value: '', more: [] };
  const [title, setTitle] = useState(group?.name ?? '');
  const [clauses, setClauses] = useState<readonly Clause[]>(() =>
    group === undefined ? [{ id: 0, ...empty }] : group.clauses.map(clauseOf),
  );
  const [problem, setProblem] = useState<string>();
  const change = (id: number, part: Partial<Clause>) =>
    setClauses(clauses.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const isUnary = (operator: string) => operators.find(({ name }) => name === operator)?.arity === 'Unary';
  const submit = () => {
    const found = save({
      ...group,
      name: title.trim() === '' ? null : title.trim(),
      clauses: clauses.map(({ attribute, operator, value, more }): FilterClause => ({
        operatorName: operator,
        sourceOperandName: attribute,
        targetOperand: { values: isUnary(operator) ? [] : [value, ...more] },
      })),
    });
    setProblem(found);
    if (found === undefined) close();
  };
  return (
    <FormDialog
      title={group === undefined ? words.addTitle : words.editTitle}
      submit={words.ok}
      isPending={false}
      error={problem === undefined ? null : new Error(problem)}
      onSubmit={submit}
      close={close}
      size="lg"
    >
      {clauses.map((clause, index) => (
        <ClauseFields
          key={clause.id}
          clause={clause}
          position={index + 1}
          attributes={attributes}
          operators={operators.map(({ name }) => name)}
          isUnary={isUnary(clause.operator)}
          change={(part) => change(clause.id, part)}
          remove={clauses.length === 1 ? undefined : () => setClauses(clauses.filter(({ id }) => id !== clause.id))}
        />
      ))}
      <p>
        <button
          type="button"
          className="button"
          onClick={() => setClauses([...clauses, { id: Math.max(...clauses.map(({ id }) => id)) + 1, ...empty }])}
        >
          {words.addClause}
        </button>
      </p>
      <label className="field">
        <span>{words.filterTitle}</span>
        <input
          className="input"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <p className="dim">{words.clauseHelp}</p>
    </FormDialog>
  );
}

function clauseOf({ sourceOperandName, operatorName, targetOperand }: FilterClause, id: number): Clause {
  const [value = '', ...more] = targetOperand?.values ?? [];
  return { id, attribute: sourceOperandName, operator: operatorName, value, more };
}

interface ClauseProps {
  readonly clause: Clause;
  readonly position: number;
  readonly attributes: readonly string[];
  readonly operators: readonly string[];
  /** True if the operator takes no value. */
  readonly isUnary: boolean;
  readonly change: (part: Partial<Clause>) => void;
  /** Removes the clause; undefined for the only one. */
  readonly remove: (() => void) | undefined;
}

function ClauseFields({ clause, position, attributes, operators, isUnary, change, remove }: ClauseProps) {
  const { scope: words } = useWords().rehearsal;
  return (
    <fieldset className={styles['clause']}>
      <legend>{words.clause(position)}</legend>
      <label className="field">
        <span>{words.attribute}</span>
        <select
          className="input"
          required
          data-autofocus={position === 1 || undefined}
          value={clause.attribute}
          onChange={(event) => change({ attribute: event.currentTarget.value })}
        >
          <option value="">{words.choose}</option>
          {attributes.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{words.operator}</span>
        <select
          className="input"
          value={clause.operator}
          onChange={(event) => change({ operator: event.currentTarget.value })}
        >
          {operators.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{words.value}</span>
        <input
          className="input"
          disabled={isUnary}
          required={!isUnary}
          value={isUnary ? '' : clause.value}
          onChange={(event) => change({ value: event.currentTarget.value })}
        />
        {clause.more.length > 0 && <small>{words.moreValues(clause.more.join(', '))}</small>}
      </label>
      <button
        type="button"
        className="button"
        aria-label={words.removeClause(position)}
        disabled={remove === undefined}
        onClick={remove}
      >
        {words.remove}
      </button>
    </fieldset>
  );
}
