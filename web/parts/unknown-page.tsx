import { Link } from 'react-router';
import { useWords } from '../words/words.tsx';
import { usePageTitle } from './page-title.ts';

export function UnknownPage() {
  const words = useWords();
  usePageTitle(words.frame.unknownPage);
  return (
    <div className="stack">
      <h1>{words.frame.unknownPage}</h1>
      <p>
        {words.frame.unknownPageHelp} <Link to="/">{words.frame.toHome}</Link>
      </p>
    </div>
  );
}
