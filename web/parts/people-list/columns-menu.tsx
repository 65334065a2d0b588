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
        {/* The name is always shown. */}
        {columnNames.slice(1).map((name) => {
          const isShown = columns.includes(name);
          return (
            <Menu.CheckboxItem
              key={name}
              checked={isShown}
              onChange={() => setColumns(isShown ? columns.filter((column) => column !== name) : [...columns, name])}
            >
              {people.column[name]}
            </Menu.CheckboxItem>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
