import { Menu, Modal } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWords } from '../../words/words.tsx';
import styles from './bulk/bulk.module.css';
import { parseViews, type View } from './views.ts';

/** The saved views of this browser. They hold what the reader typed into the search and the filters. */
const STORED = 'people-views';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function store(views: readonly View[]): void {
  localStorage.setItem(STORED, JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** Opens, saves and removes views of the list: a name for what is in the URL. */
export function ViewsMenu() {
  const { people } = useWords();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const views = parseViews(useSyncExternalStore(subscribe, () => localStorage.getItem(STORED)));
  const [isSaving, setSaving] = useState(false);
  const query = parameters.toString();
  const current = views.find((view) => view.query === query);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <button type="button" className="button">
            {current?.name ?? people.views}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void navigate('/people')}>{people.allPeople}</Menu.Item>
          {views.map((view) => (
            <Menu.Item key={view.name} onClick={() => void navigate(`/people?${view.query}`)}>
              {view.name}
              {view === current && ' ✓'}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={query === ''} onClick={() => setSaving(true)}>
            {people.saveView}
          </Menu.Item>
          {current !== undefined && (
            <Menu.Item onClick={() => store(views.filter((view) => view !== current))}>
              {people.removeView(current.name)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isSaving && (
        <SaveDialog
          close={() => setSaving(false)}
          save={(name) => store([...views.filter((view) => view.name !== name), { name, query }])}
        />
      )}
    </>
  );
}

function SaveDialog({ close, save }: { readonly close: () => void; readonly save: (name: string) => void }) {
  const { people, frame } = useWords();
  const [name, setName] = useState('');
  return (
    <Modal opened onClose={close} title={people.saveViewTitle} closeButtonProps={{ 'aria-label': frame.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          save(name.trim());
          close();
        }}
      >
        <label className="field">
          <span>{people.viewName}</span>
          <input
            className="input"
            data-autofocus
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <small>{people.viewHelp}</small>
        </label>
        <div className="row">
          <button type="submit" className="button" data-kind="primary" disabled={name.trim() === ''}>
            {people.save}
          </button>
          <button type="button" className="button" onClick={close}>
            {people.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
