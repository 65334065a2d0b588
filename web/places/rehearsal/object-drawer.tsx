import { Drawer } from '@mantine/core';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useViewState, type ViewDefaults } from '../../data/view-state.ts';
import { useWords } from '../../words/words.tsx';

interface Props {
  /** The parameter of the URL that names what the drawer shows. */
  readonly name: string;
  readonly title: string;
  readonly children: (id: string) => ReactNode;
}

/** A drawer at an address. When it is closed, the focus returns to the link that opened it. */
export function ObjectDrawer({ name, title, children }: Props) {
  const { frame } = useWords();
  const defaults = useMemo((): ViewDefaults => ({ [name]: '' }), [name]);
  const [view, setView] = useViewState(defaults);
  const id = view[name] ?? '';
  const opened = useRef('');
  useEffect(() => {
    if (id === '' && opened.current !== '') {
      const last = opened.current;
      setTimeout(() =>
        document.querySelector<HTMLElement>(`main a[href*="${CSS.escape(name)}=${CSS.escape(last)}"]`)?.focus(),
      );
    }
    opened.current = id;
  }, [id, name]);
  return (
    <Drawer
      opened={id !== ''}
      onClose={() => setView({ [name]: '' }, { replace: true })}
      title={title}
      size="min(680px, 100%)"
      padding={0}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': frame.close }}
    >
      {id !== '' && children(id)}
    </Drawer>
  );
}
