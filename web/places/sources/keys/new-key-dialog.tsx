import { api, read } from '../../../data/client.ts';
import type { Source } from '../../../data/sources.ts';
import { KeyDialog } from '../../../parts/api-keys/key-dialog.tsx';
import { useWords } from '../../../words/words.tsx';
import { useKeys, useSourcesChanged, type Key } from '../queries.ts';

interface Props {
  readonly source: Source;
  /** What to do with which key. Default: create one. */
  readonly open?: { readonly action: 'create' } | { readonly action: 'rotate' | 'change'; readonly key: Key };
  readonly close: () => void;
}

/** Creates a key of a source, or the successor of one, or changes one. */
export function NewKeyDialog({ source, open = { action: 'create' }, close }: Props) {
  const { keys: words } = useWords().sources;
  const changed = useSourcesChanged();
  const { data: keys = [] } = useKeys(source.id);
  return (
    <KeyDialog
      texts={{
        nameDefault: source.name,
        secret: words.secret,
        expiresHelp: words.expiresHelp,
        rotateHelp: words.rotateHelp(source.name),
      }}
      open={open}
      create={(body) => read(api.POST('/api/integrations/{id}/tokens', { params: { path: { id: source.id } }, body }))}
      keys={keys}
      changed={changed}
      close={close}
    />
  );
}
