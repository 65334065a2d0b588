import { Menu } from '@mantine/core';
import { useWords } from '../../words/words.tsx';
import styles from './filters.module.css';

interface Props {
  readonly label: string;
  /** The chosen value; empty for none. */
  readonly value: string;
  /** The choices: a value and its words. */
  readonly choices: readonly (readonly [string, string])[];
  /** What the chip says if nothing is chosen, and the first choice of the menu. Default: any. */
  readonly any?: string | undefined;
  /** What the chip says instead of the choice. */
  readonly shown?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A filter with a few choices. The chip says what is chosen. */
export function ChoiceFilter({ label, value, choices, any, shown, onChange }: Props) {
  const { filters } = useWords();
  const none = any ?? filters.any;
  const chosen = shown ?? choices.find(([name]) => name === value)?.[1] ?? (value === '' ? none : value);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className={`chip ${styles['filter'] ?? ''}`}
          data-on={value !== '' || shown !== undefined}
          title={chosen}
        >
          {label} <b>{chosen}</b>
        </button>
      </Menu.Target>
      <Menu.Dropdown className={styles['menu']}>
        <Menu.RadioGroup value={value} onChange={onChange}>
          {([['', none], ...choices] as const).map(([name, text]) => (
            <Menu.RadioItem key={name} value={name} closeMenuOnClick>
              {text}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
