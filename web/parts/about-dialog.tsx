import { Modal } from '@mantine/core';
import { Link } from 'react-router';
import { useWords } from '../words/words.tsx';
import { ServerFacts } from './server-facts.tsx';

/** Which version runs, and the page that says more. */
export function AboutDialog({ close }: { readonly close: () => void }) {
  const { about, settings, frame } = useWords();
  return (
    <Modal opened onClose={close} title={about.title} closeButtonProps={{ 'aria-label': frame.close }}>
      <ServerFacts />
      <p>
        <Link to="/settings/about" onClick={close}>
          {settings.about.open}
        </Link>
      </p>
    </Modal>
  );
}
