import { useState } from 'react';
import { languageOf } from '../../../data/client.ts';
import { readTextFile } from '../../../parts/read-text-file.ts';
import { useWords } from '../../../words/words.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { graph } from '../graph.ts';
import type { Tenant } from '../queries.ts';
import { useChange } from '../use-change.ts';

/** Imports users from a CSV file, or users and groups from a file of Microsoft Graph. Either every row is imported, or none. */
export function ImportDialog({ tenant, close }: { readonly tenant: Tenant; readonly close: () => void }) {
  const { rehearsal, form } = useWords();
  const { users: words } = rehearsal;
  const [file, setFile] = useState<File>();
  const work = useChange(async (chosen: File) => {
    const text = await readTextFile(chosen, form.file);
    const isGraph = chosen.name.toLowerCase().endsWith('.json');
    return await graph(undefined).tenants.import(tenant.id, isGraph ? { graph: text } : { csv: text });
  });
  const done = work.data;
  return (
    <FormDialog
      title={words.importTitle}
      submit={words.importSubmit}
      isPending={work.isPending}
      isDisabled={file === undefined}
      error={null}
      onSubmit={() => {
        if (file !== undefined) work.mutate(file);
      }}
      close={close}
      size="lg"
    >
      <label className="field">
        <span>{words.file}</span>
        <input
          className="input"
          type="file"
          accept=".csv,.json,text/csv,application/json"
          data-autofocus
          onChange={(event) => {
            work.reset();
            setFile(event.currentTarget.files?.[0]);
          }}
        />
        <small>{words.importHelp}</small>
      </label>
      <p role="status">
        {done !== undefined && words.imported(done.usersCreated, done.usersUpdated)}
        {done !== undefined &&
          done.groupsCreated + done.groupsUpdated > 0 &&
          ` ${words.importedGroups(done.groupsCreated, done.groupsUpdated)}`}
        {done !== undefined && done.ignored.length > 0 && ` ${words.ignored(done.ignored.join(', '))}`}
      </p>
      {work.error !== null && (
        <pre role="alert" className="tone-bad" lang={languageOf(work.error)}>
          {work.error.message}
        </pre>
      )}
    </FormDialog>
  );
}
