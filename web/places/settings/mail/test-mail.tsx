import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deliveryFault } from '#mail/delivery-fault.ts';
import { api, read, type Schemas } from '../../../data/client.ts';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';

/** How often the outbox is read while the email is being sent. */
const INTERVAL_MS = 1_000;

/** Sends a test email to the reader, and says whether the mail server accepted it. */
export function TestMail() {
  const words = useWords().settings.mail.test;
  const queries = useQueryClient();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => read(api.POST('/api/mail/test', { body: {} })),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['outbox'] }),
  });
  return (
    <div className="stack">
      <div>
        <button type="button" className="button" disabled={isPending} onClick={() => mutate()}>
          {words.send}
        </button>
      </div>
      {error !== null && (
        <p role="alert" className="tone-bad">
          {error.message}
        </p>
      )}
      {data !== undefined && <Result key={data.id} mail={data} />}
    </div>
  );
}

function Result({ mail }: { readonly mail: Schemas['testmail'] }) {
  const words = useWords().settings.mail.test;
  const { id, recipient, hasMailServer } = mail;
  const { data = mail } = useQuery({
    queryKey: ['test-mail', id],
    queryFn: ({ signal }) => read(api.GET('/api/mail/outbox/{id}', { params: { path: { id } }, signal })),
    enabled: hasMailServer,
    refetchInterval: ({ state }) => (isUnknown(state.data ?? mail) ? INTERVAL_MS : false),
  });
  if (!hasMailServer) {
    return (
      <p role="status" className="tone-warn">
        <span aria-hidden="true">◷</span> {words.waits}
      </p>
    );
  }
  if (isUnknown(data)) {
    return (
      <div role="status">
        <p>{words.sending(recipient)}</p>
        <Progress />
      </div>
    );
  }
  if (data.error === null) {
    return (
      <p role="status" className="tone-good">
        <span aria-hidden="true">●</span> {words.sent(recipient)}
      </p>
    );
  }
  return (
    <div role="alert">
      <p className="tone-bad">
        <span aria-hidden="true">▲</span> {words.failed(recipient)} {data.error}
      </p>
      <p>{words.advice[deliveryFault(data.error)]}</p>
    </div>
  );
}

/** True until the mail server accepted the email or an attempt failed. */
function isUnknown({ state, error }: Pick<Schemas['mail'], 'state' | 'error'>): boolean {
  return state === 'waiting' && error === null;
}
