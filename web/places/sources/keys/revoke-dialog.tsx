import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, read } from '../../../data/client.ts';
import { useWords } from '../../../words/words.tsx';
import type { Source } from '../../../data/sources.ts';
import { useProduct, useSourcesChanged, type Key } from '../queries.ts';
import styles from '../sources.module.css';

interface Props {
  readonly source: Source;
  readonly revoked: Key;
  /** The number of other keys of the source that work. */
  readonly others: number;
  readonly close: () => void;
}

/** Says what stops, then revokes a key. */
export function RevokeDialog({ source, revoked, others, close }: Props) {
  const words = useWords();
  const { keys } = words.sources;
  const changed = useSourcesChanged();
  const product = useProduct(source);
  const revoke = useMutation({
    mutationFn: () => read(api.DELETE('/api/keys/{id}', { params: { path: { id: revoked.id } } })),
    onSuccess: async () => {
      await changed();
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={keys.revokeTitle(revoked.name)}
      closeButtonProps={{ 'aria-label': words.frame.close }}
    >
      <div className={styles['form']}>
        <p>{keys.revokeHelp(source.name, others, product === 'entra')}</p>
        <p className="dim">{keys.revokeForever}</p>
        {revoke.error !== null && (
          <p role="alert" className="tone-bad">
            {revoke.error.message}
          </p>
        )}
        <div className="row">
          <button
            type="button"
            className="button"
            data-kind="danger"
            disabled={revoke.isPending}
            onClick={() => revoke.mutate()}
          >
            {keys.revokeSubmit}
          </button>
          <button type="button" className="button" data-autofocus onClick={close}>
            {keys.cancel}
          </button>
        </div>
      </div>
    </Modal>
  );
}
