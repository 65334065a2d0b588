import { Modal } from '@mantine/core';
import { useWords } from '../words/words.tsx';
import styles from './shortcuts-dialog.module.css';

/** Lists the keys of the console. */
export function ShortcutsDialog({ close }: { readonly close: () => void }) {
  const { keys, frame } = useWords();
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['Ctrl', 'K'], keys.palette],
    [['?'], keys.help],
    [['/'], keys.search],
    [['G', 'H'], keys.goHome],
    [['G', 'P'], keys.goPeople],
    [['G', 'G'], keys.goGroups],
    [['G', 'S'], keys.goSources],
    [['G', 'R'], keys.goRehearsal],
    [['G', 'E'], keys.goEvents],
    [['G', 'T'], keys.goSettings],
    [['J', 'K'], keys.move],
    [['X'], keys.select],
    [['Enter'], keys.open],
    [['Space'], keys.pause],
  ];
  return (
    <Modal opened onClose={close} title={frame.keys} closeButtonProps={{ 'aria-label': frame.close }}>
      <dl className={styles['keys']}>
        {rows.map(([pressed, meaning]) => (
          <div key={meaning}>
            <dt>
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
