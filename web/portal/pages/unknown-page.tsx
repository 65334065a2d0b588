import { Page } from '../parts/page.tsx';
import { useWords } from '../words.tsx';

export function UnknownPage() {
  const { frame } = useWords();
  return <Page title={frame.unknown} lead={frame.unknownHelp} />;
}
