import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MistakeError } from '#base/mistake-error.ts';
import type { SynchronizationSchema } from '#entra/graph-api/client-types.ts';
import { ApiError } from '../../../data/client.ts';
import type { ApplicationTabProps } from '../application-page.tsx';
import { useWords } from '../../../words/words.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import { useChange } from '../use-change.ts';

type Edit = (schema: SynchronizationSchema) => SynchronizationSchema;

interface Edited {
  readonly schema: SynchronizationSchema;
  /** The version that was saved when the edits began. */
  readonly before?: string | undefined;
}

/** The synchronization schema of an application with the edits that are not saved yet. */
export interface SchemaDraft {
  readonly schema: SynchronizationSchema;
  readonly isChanged: boolean;
  /** True if another administrator has saved the schema since the edits began. */
  readonly isOutdated: boolean;
  /** Makes an edit. Returns what the server's own check says, in the language of the page, if the edit is not possible. */
  readonly edit: (edit: Edit) => string | undefined;
  readonly discard: () => void;
  readonly save: () => void;
  /** Saves another schema instead, and forgets the edits. The server checks it. */
  readonly replace: (schema: SynchronizationSchema, done: () => void) => void;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly error: Error | null;
}

/** Reads the schema of an application, and keeps what the reader edits until it is saved, as Entra's portal does. */
export function useSchemaDraft({ tenant, application, job }: ApplicationTabProps) {
  const words = useWords();
  const query = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'schema', job.id],
    queryFn: async ({ signal }) => await graph(tenant.id, signal).job(application.id, job.id).schema(),
  });
  const [edited, setEdited] = useState<Edited>();
  const version = query.data?.['@odata.etag'];
  const save = useChange(
    async ({ schema }: Edited) => await graph(tenant.id).job(application.id, job.id).saveSchema(schema, version),
    // An edit that came meanwhile is kept. It follows what was sent.
    (_saved, sent) =>
      setEdited((current) => (current === undefined || current === sent ? undefined : { schema: current.schema })),
    // The page says what is saved now before the reader sends again.
    async (error) => {
      if (isMismatch(error)) await query.refetch();
    },
  );
  const schema = edited?.schema ?? query.data;
  const isOutdated = edited?.before !== undefined && edited.before !== version;
  const draft: SchemaDraft | undefined = schema && {
    schema,
    isChanged: edited !== undefined,
    isOutdated,
    edit: (work) => {
      try {
        save.reset();
        setEdited({ schema: work(schema), before: edited === undefined ? version : edited.before });
        return undefined;
      } catch (error) {
        if (error instanceof MistakeError) return words.mistake(error);
        return error instanceof Error ? error.message : String(error);
      }
    },
    discard: () => {
      save.reset();
      setEdited(undefined);
    },
    replace: (other, done) =>
      save.mutate(
        { schema: other },
        {
          onSuccess: () => {
            setEdited(undefined);
            done();
          },
        },
      ),
    save: () => save.mutate(edited ?? { schema }),
    isSaving: save.isPending,
    isSaved: save.isSuccess && edited === undefined,
    error: isOutdated && isMismatch(save.error) ? null : save.error,
  };
  return { draft, query };
}

/** True if the server refuses a change because the schema has changed since it was read. */
function isMismatch(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 412;
}
