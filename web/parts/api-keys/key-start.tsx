import { useWords } from '../../words/words.tsx';

/** How a key begins. A key that was set by hand shows nothing of itself, since any of its characters may be secret. */
export function KeyStart({ prefix }: { readonly prefix: string }) {
  const { setByHand } = useWords().apiKeys;
  if (prefix.startsWith('(')) return <span className="dim small">{setByHand}</span>;
  return <code className="dim">{prefix}…</code>;
}
