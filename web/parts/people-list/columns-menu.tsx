import { Menu } from '@mantine/core';
import { useWords } from '../../words/words.tsx';
import { columnNames, useColumns } from './columns.ts';

/** Chooses the columns of the list. */
export function ColumnsMenu() {
  const { people } = useWords();
  const [columns, setColumns] = useColumns();
  return (
    <Menu position="bottom-end" closeOnItemClick={false} withinPortal>
      <Menu.Target>
        <button type="button" className="chip">
          {people.columns}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {columnNames.map((name) => {
          const isShown = columns.includes(name);
          return (
            <Menu.Item
              key={name}
              role="menuitemcheckbox"
              aria-checked={isShown}
              disabled={name === 'name'}
              onClick={() => setColumns(isShown ? columns.filter((column) => column !== name) : [...columns, name])}
            >
              {people.column[name]}
              {isShown && ' ✓'}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
