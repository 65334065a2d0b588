import { Page } from '../parts/page.tsx';
import { Task } from '../parts/task.tsx';
import { useWords } from '../words.tsx';

/** The only page of a user whose organization requires a second factor, until one is set up. */
export function MustEnrollPage() {
  const { start } = useWords();
  return (
    <Page title={start.mustEnroll} lead={start.mustEnrollHelp} isFirst>
      <ul className="tasks">
        <Task to="second-factor" title={start.withApp} help={start.withAppHelp} />
        <Task to="passkeys" title={start.withPasskey} help={start.withPasskeyHelp} />
      </ul>
    </Page>
  );
}
