import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useTheme } from '../../look/theme.ts';
import { useWords } from '../../words/words.tsx';
import { widths, type ColumnName } from './columns.ts';
import styles from './people-list.module.css';
import { PresentCells, RefusedCells } from './person-cells.tsx';
import { isSelected } from './selection.ts';
import type { ListState } from './use-people-list.ts';
import type { Person } from './use-people.ts';

/** Rows above and below the window that are drawn as well. */
const OVERSCAN = 12;
/** The height of a row: of a line, and of the stacked lines on a narrow screen. */
const heights = { comfortable: 36, dense: 28, stacked: 62 } as const;
const NARROW = '(max-width: 960px)';

interface Props {
  readonly list: ListState;
  readonly label: string;
  readonly columns: readonly ColumnName[];
  readonly header: ReactNode;
}

/** The rows of the list. Only those near the window are in the document; `aria-rowcount` says how many there are. */
export function PeopleTable({ list, label, columns, header }: Props) {
  const { total, isRefused, canSelect, at, onRange, active, grid, onKey } = list;
  const { density } = useTheme();
  const isNarrow = useMediaQuery(NARROW, matchMedia(NARROW).matches, { getInitialValueInEffect: false });
  const height = isNarrow ? heights.stacked : heights[density];
  const id = useId();
  const { ref: bodyRef, offset } = useOffset();
  // The console is built without the React compiler, so that nothing is memoized.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useWindowVirtualizer({
    count: total,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: offset,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange(first, last), [first, last, onRange]);
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active, { align: 'auto' });
  }, [active, rows]);
  const tracks = isRefused
    ? `${widths.name} ${widths.userName} minmax(0, 4fr) ${widths.lastChanged}`
    : columns.map((column) => widths[column]).join(' ');
  const template = canSelect ? `40px ${tracks}` : tracks;
  const isActiveDrawn = active >= first && active <= last && active < total;
  return (
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={total + 1}
      aria-multiselectable={canSelect}
      aria-activedescendant={isActiveDrawn ? `${id}-${active}` : undefined}
      className={styles['grid']}
      data-refused={isRefused}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget && onKey(event.key)) event.preventDefault();
      }}
    >
      <div
        role="row"
        aria-rowindex={1}
        className={styles['head']}
        style={isNarrow ? undefined : { gridTemplateColumns: template }}
      >
        {header}
      </div>
      <div ref={bodyRef} role="rowgroup" className={styles['body']} style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <Row
            key={index}
            list={list}
            columns={columns}
            id={`${id}-${index}`}
            index={index}
            person={at(index)}
            style={{
              transform: `translateY(${start - offset}px)`,
              height,
              ...(!isNarrow && { gridTemplateColumns: template }),
            }}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly list: ListState;
  readonly columns: readonly ColumnName[];
  readonly id: string;
  readonly index: number;
  readonly person: Person | undefined;
  readonly style: Readonly<Record<string, string | number>>;
}

function Row({ list, columns, id, index, person, style }: RowProps) {
  const { people } = useWords();
  if (person === undefined) {
    return (
      <div id={id} role="row" aria-rowindex={index + 2} aria-busy className={styles['row']} style={style}>
        <span role="gridcell" className={styles['skeleton']} aria-label={people.loadingRow} />
      </div>
    );
  }
  const selected = person.presence === 'present' && isSelected(list.selection, person.id);
  const name = person.name ?? person.id;
  return (
    // The keys of the grid move and open; a pointer does it here.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={list.canSelect ? selected : undefined}
      className={styles['row']}
      data-active={index === list.active}
      data-refused={person.presence === 'refused'}
      style={style}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, input, label') !== null) return;
        if (window.getSelection()?.toString() !== '') return;
        list.setActive(index);
        list.open(person);
      }}
    >
      {list.canSelect && (
        <span role="gridcell" data-column="select">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={people.selectRow(name)}
            checked={selected}
            onChange={() => list.toggle(person, index)}
          />
        </span>
      )}
      {person.presence === 'present' ? (
        <PresentCells person={person} columns={columns} />
      ) : (
        <RefusedCells person={person} />
      )}
    </div>
  );
}

/** Measures how far the rows are from the top of the page, also after something above them has grown. */
function useOffset() {
  const ref = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = ref.current === null ? 0 : ref.current.getBoundingClientRect().top + window.scrollY;
      setOffset((current) => (Math.abs(current - top) < 1 ? current : top));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    measure();
    return () => observer.disconnect();
  }, []);
  return { ref, offset };
}
