import { useRouteError } from 'react-router';
import { ErrorNotice } from './error-notice.tsx';

/** What a place shows if its page failed: the rest of the console goes on. */
export function PageError() {
  const error = useRouteError();
  return <ErrorNotice error={error} retry={() => window.location.reload()} />;
}
