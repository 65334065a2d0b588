import { Drawer } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useTyped } from '../../../data/use-typed.ts';
import { ChangedMeanwhile } from '../../../parts/changed-meanwhile.tsx';
import { ConfirmDialog } from '../../../parts/confirm-dialog.tsx';
import styles from '../../../parts/form.module.css';
import { WithCode } from '../../../parts/with-code.tsx';
import { languages } from '../../../words/languages.ts';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

type Template = Schemas['mailtemplate'];
type Kind = keyof ReturnType<typeof useWords>['settings']['mail']['names'];
type Texts = Readonly<Record<Part, string>>;
type Part = 'subject' | 'header' | 'body' | 'button' | 'nextStepContactInfo' | 'language';

/** The time after the last key press before the preview is rendered. */
const DEBOUNCE_MS = 250;
const labels = {
  subject: 'subject',
  header: 'header',
  body: 'body',
  button: 'button',
  nextStepContactInfo: 'closing',
  language: 'language',
} as const satisfies Readonly<Record<Part, string>>;
const parts = Object.keys(labels) as readonly Part[];

interface Props {
  readonly template: Template;
  readonly title: string;
  readonly close: () => void;
}

/** The text of one kind of email, with a preview that follows what is typed. */
export function TemplateDrawer({ template, title, close }: Props) {
  const { settings, frame } = useWords();
  const words = settings.mail;
  const mayWrite = useMay()('mail.write');
  const form = useTyped<Texts>(template);
  const [shown] = useDebouncedValue(form.changes, DEBOUNCE_MS);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      title={words.titleFor(title, languages[template.readerLanguage])}
      size="min(760px, 100%)"
      padding={0}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      <section className={list['part']} aria-label={words.text}>
        <p className="dim">
          <WithCode text={template.description} />
        </p>
        {mayWrite && <TemplateForm template={template} form={form} />}
      </section>
      <Preview template={template} typed={shown} />
      {mayWrite && template.isCustom && <Reset template={template} close={close} />}
    </Drawer>
  );
}

/** Returns what identifies the text in requests: the kind of email, and the readers. */
function paramsOf({ type, readerLanguage }: Template) {
  return { path: { type: type as Kind }, query: { readerLanguage } };
}

interface FormProps {
  readonly template: Template;
  readonly form: ReturnType<typeof useTyped<Texts>>;
}

function TemplateForm({ template, form }: FormProps) {
  const { settings, marks } = useWords();
  const words = settings.mail;
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Partial<Texts>) =>
      read(api.PUT('/api/v2/customemails/{type}', { params: paramsOf(template), body })),
    onSuccess: async (_saved, sent) => {
      await queries.invalidateQueries({ queryKey: ['mail-templates'] });
      form.sent(sent);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(form.changes);
  };
  return (
    <form className={styles['form']} onSubmit={submit}>
      {parts.map((part) => {
        const field = {
          className: 'input',
          value: form.values[part],
          onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
            form.set(part, value),
        };
        const isLong = part === 'body' || part === 'nextStepContactInfo';
        return (
          <label key={part} className="field">
            <span>{words[labels[part]]}</span>
            {isLong ? <textarea rows={part === 'body' ? 6 : 3} {...field} /> : <input {...field} />}
            {part === 'language' && <small>{words.languageHelp}</small>}
          </label>
        );
      })}
      <p className="dim small">{words.tokens(marks.names(template.tokens.map((name) => `#{${name}}`)))}</p>
      <ChangedMeanwhile
        labels={form.meanwhile.map((part) => words[labels[part]])}
        useSaved={() => form.discard(form.meanwhile)}
      />
      {save.error !== null && (
        <p role="alert" className="tone-bad">
          {save.error.message}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button" data-kind="primary" disabled={save.isPending || !form.isChanged}>
          {words.save}
        </button>
      </div>
    </form>
  );
}

interface PreviewProps {
  readonly template: Template;
  readonly typed: Partial<Texts>;
}

function Preview({ template, typed }: PreviewProps) {
  const words = useWords().settings.mail;
  const { data } = useQuery({
    queryKey: ['mail-preview', template.type, template.readerLanguage, template.isCustom, typed],
    queryFn: ({ signal }) =>
      read(
        api.POST('/api/v2/customemails/{type}/preview', {
          params: paramsOf(template),
          body: typed,
          signal,
        }),
      ),
    placeholderData: (previous) => previous,
  });
  if (data === undefined) return null;
  return (
    <section className={list['part']} aria-label={words.preview}>
      <h2>{words.preview}</h2>
      <p>
        <b>{data.subject}</b>
      </p>
      <pre lang={template.readerLanguage}>{data.text}</pre>
      {data.problems.length > 0 && (
        <div role="alert" className="tone-bad">
          <p>{words.problems}:</p>
          <ul>
            {data.problems.map((problem) => (
              <li key={problem.message}>{problem.message}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Reset({ template, close }: Pick<Props, 'template' | 'close'>) {
  const words = useWords().settings.mail;
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={list['part']}>
      <button type="button" className="button" data-kind="danger" onClick={() => setOpen(true)}>
        {words.reset}
      </button>
      {isOpen && (
        <ConfirmDialog
          title={words.resetTitle}
          submit={words.resetSubmit}
          isDanger
          act={() => read(api.DELETE('/api/v2/customemails/{type}', { params: paramsOf(template) }))}
          done={async () => {
            await queries.invalidateQueries({ queryKey: ['mail-templates'] });
            close();
          }}
          close={() => setOpen(false)}
        >
          <p>{words.resetHelp}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
