import { Modal } from '@mantine/core';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useWords } from '../words/words.tsx';
import { OutcomeMark } from './outcome.tsx';
import { useEntries, type Entry } from './palette-entries.ts';
import { useEntryKeys } from './palette-keys.ts';
import styles from './palette.module.css';
import type { TypedAhead } from './typed-ahead.ts';

/** Finds people (present or refused), groups, sources and places, and opens events and requests by their id. */
export function Palette({ typed, close }: { readonly typed: TypedAhead; readonly close: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const { entries, isCurrent } = useEntries(text, words);
  const open = (entry: Entry) => {
    close();
    void navigate(entry.to);
  };
  const { index, point, onKey, onText, onField } = useEntryKeys({ entries, isCurrent, open, setText, typed });
  const list = useId();
  return (
    <Modal.Root opened onClose={close} padding={0} yOffset="12vh" size={600}>
      <Modal.Overlay />
      <Modal.Content aria-label={words.palette.label}>
        <Modal.Body>
          <input
            ref={onField}
            className={styles['input']}
            role="combobox"
            aria-label={words.palette.label}
            aria-expanded
            aria-controls={list}
            aria-activedescendant={entries[index] === undefined ? undefined : `${list}-${index}`}
            autoComplete="off"
            data-autofocus
            placeholder={words.palette.placeholder}
            value={text}
            onChange={(event) => onText(event.currentTarget.value)}
            onKeyDown={onKey}
          />
          <ul id={list} role="listbox" aria-label={words.palette.label} className={styles['list']}>
            {entries.map((entry, position) => (
              <li
                key={entry.id}
                id={`${list}-${position}`}
                role="option"
                aria-selected={position === index}
                onPointerMove={() => point(position)}
                onClick={() => open(entry)}
              >
                <span>
                  {entry.isRefused === true && <OutcomeMark outcome="refused" />}
                  {entry.isRefused === true && ' '}
                  {entry.label}
                </span>
                <span className="dim small">{entry.detail}</span>
                <span className="dimmer small">{entry.section}</span>
              </li>
            ))}
          </ul>
          {entries.length === 0 && (
            <p className={styles['nothing']} role="status">
              {words.palette.nothing(text)}
            </p>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
