import type { ReactNode } from 'react';
import { api, read } from '../../data/client.ts';
import { useWords } from '../../words/words.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import type { Key } from './key-table.tsx';

interface Props {
  readonly revoked: Key;
  /** What stops. */
  readonly children: ReactNode;
  readonly changed: () => Promise<void>;
  readonly close: () => void;
}

/** Says what stops, then revokes a key. */
export function RevokeDialog({ revoked, children, changed, close }: Props) {
  const { apiKeys: words } = useWords();
  return (
    <ConfirmDialog
      title={words.revokeTitle(revoked.name)}
      submit={words.revokeSubmit}
      isDanger
      act={() => read(api.DELETE('/api/keys/{id}', { params: { path: { id: revoked.id } } }))}
      done={changed}
      close={close}
    >
      {children}
      <p className="dim">{words.revokeForever}</p>
    </ConfirmDialog>
  );
}
