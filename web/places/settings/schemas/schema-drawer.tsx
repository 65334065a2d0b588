import { Drawer, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, ApiError, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useTyped } from '../../../data/use-typed.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { ConfirmDialog } from '../../../parts/confirm-dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { FormFoot } from '../../../parts/form-foot.tsx';
import styles from '../../../parts/form.module.css';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

type CustomSchema = Schemas['customschema'];

const START = {
  id: 'urn:example:scim:schemas:2.0:User',
  name: 'Example',
  attributes: [{ name: 'badge', type: 'string', description: '' }],
};

function useSchemasChanged() {
  const queries = useQueryClient();
  return async () => await queries.invalidateQueries({ queryKey: ['schemas'] });
}

/** Returns the definition that was typed. Throws an error with `notJson` if it cannot be read; the server explains the rest. */
function definitionOf(text: string, notJson: string): CustomSchema {
  try {
    return JSON.parse(text) as CustomSchema;
  } catch {
    throw new ApiError(0, notJson);
  }
}

const textOf = (definition: object) => JSON.stringify(definition, undefined, 2);

interface FieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function DefinitionField({ value, onChange }: FieldProps) {
  const words = useWords().settings.schemas;
  return (
    <label className="field">
      <span>{words.definition}</span>
      <textarea
        className="input mono"
        rows={18}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-autofocus
      />
      <small>{words.definitionHelp}</small>
    </label>
  );
}

/** Adds a custom schema. */
export function AddSchemaDialog({ close }: { readonly close: () => void }) {
  const { settings, frame } = useWords();
  const words = settings.schemas;
  const changed = useSchemasChanged();
  const [text, setText] = useState(textOf(START));
  const add = useMutation({
    mutationFn: async () => await read(api.POST('/api/schemas', { body: definitionOf(text, words.notJson) })),
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Modal opened onClose={close} title={words.addTitle} size="lg" closeButtonProps={{ 'aria-label': frame.close }}>
      <form className={styles['form']} onSubmit={submit}>
        <DefinitionField value={text} onChange={setText} />
        <FormFoot error={add.error} submit={words.addSubmit} isBusy={add.isPending} close={close} />
      </form>
    </Modal>
  );
}

/** True if the server refuses a change because the schema has changed since it was read. */
function isOutdated(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 412;
}

/** A custom schema with what uses it. */
export function SchemaDrawer({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { settings, frame } = useWords();
  const words = settings.schemas;
  const mayWrite = useMay()('schemas');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['schemas', id],
    queryFn: async ({ signal }) => {
      const answer = api.GET('/api/schemas/{id}', { params: { path: { id } }, signal });
      return { schema: await read(answer), version: (await answer).response.headers.get('etag') ?? '*' };
    },
  });
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      title={data?.schema.name ?? settings.sections.schemas}
      size="min(680px, 100%)"
      padding={0}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <section className={list['part']} aria-label={words.column.attributes}>
            <p>{words.used(data.schema.resources, data.schema.resourceType)}</p>
            <Attributes schema={data.schema} />
          </section>
          {mayWrite && <ChangeForm {...data} removed={close} />}
        </>
      )}
    </Drawer>
  );
}

function Attributes({ schema }: { readonly schema: CustomSchema }) {
  const words = useWords().settings.schemas;
  return (
    <dl className={list['facts']}>
      {schema.attributes.map((attribute) => (
        <div key={attribute.name} className={list['pair']}>
          <dt>
            <code>{attribute.name}</code>
          </dt>
          <dd>
            {[
              attribute.type ?? 'string',
              ...(attribute.multiValued === true ? [words.multi] : []),
              ...(attribute.required === true ? [words.required] : []),
            ].join(', ')}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface ChangeProps {
  readonly schema: CustomSchema & { readonly resources: number };
  /** The version of the schema, for If-Match. */
  readonly version: string;
  readonly removed: () => void;
}

function ChangeForm({ schema, version, removed }: ChangeProps) {
  const words = useWords().settings.schemas;
  const changed = useSchemasChanged();
  const [isRemoving, setRemoving] = useState(false);
  const { resources, ...definition } = schema;
  const path = { id: schema.id };
  const form = useTyped({ definition: textOf(definition) });
  const save = useMutation({
    mutationFn: async (text: string) => {
      const params = { path, header: { 'if-match': version } };
      return await read(api.PUT('/api/schemas/{id}', { params, body: definitionOf(text, words.notJson) }));
    },
    onSuccess: async (_saved, text) => {
      await changed();
      form.sent({ definition: text });
    },
    // The page says what is saved now before the reader sends again.
    onError: async (error) => {
      if (isOutdated(error)) await changed();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(form.values.definition);
  };
  return (
    <section className={list['part']} aria-label={words.definition}>
      <form className={styles['form']} onSubmit={submit}>
        <DefinitionField value={form.values.definition} onChange={(text) => form.set('definition', text)} />
        <ChangedMeanwhile
          labels={form.meanwhile.map(() => words.definition)}
          useSaved={() => form.discard(['definition'])}
        />
        <FormFoot
          error={isOutdated(save.error) && form.meanwhile.length > 0 ? null : save.error}
          submit={words.save}
          isBusy={save.isPending}
          close={removed}
        />
      </form>
      {resources === 0 && (
        <button type="button" className="button" data-kind="danger" onClick={() => setRemoving(true)}>
          {words.remove}
        </button>
      )}
      {isRemoving && (
        <ConfirmDialog
          title={words.removeTitle(schema.name)}
          submit={words.removeSubmit}
          isDanger
          act={() => read(api.DELETE('/api/schemas/{id}', { params: { path } }))}
          done={async () => {
            removed();
            await changed();
          }}
          close={() => setRemoving(false)}
        >
          <p>{words.removeHelp}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
