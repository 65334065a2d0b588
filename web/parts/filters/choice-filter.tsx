import { Menu } from '@mantine/core';
import { useWords } from '../../words/words.tsx';
import styles from './people-list.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
  /** The choices: a value and its words. The first one is the default. */
  readonly choices: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

/** A filter with a few choices. The chip says what is chosen. */
export function ChoiceChip({ label, value, choices, onChange }: Props) {
  const { people } = useWords();
  const chosen = choices.find(([choice]) => choice === value)?.[1] ?? people.any;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <button type="button" className={`chip ${styles['filter'] ?? ''}`} data-on={value !== ''}>
          {label} <b>{chosen}</b>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={value} onChange={onChange}>
          {choices.map(([choice, words]) => (
            <Menu.RadioItem key={choice} value={choice} closeMenuOnClick>
              {words}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
