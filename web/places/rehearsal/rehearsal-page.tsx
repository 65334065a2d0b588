import { Outlet } from 'react-router';
import { ApiError } from '../../data/client.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Progress } from '../../parts/progress.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { useWords } from '../../words/words.tsx';
import { useLiveRehearsal, useTenants } from './queries.ts';
import { SwitchedOff } from './switched-off.tsx';

/** The place of the stand-in for Entra ID. Where the stand-in is off, it says why, and how to turn it on. */
export function RehearsalPage() {
  const words = useWords();
  const tenants = useTenants();
  useLiveRehearsal();
  usePageTitle(words.places.rehearsal);
  if (tenants.isPending) return <Progress isPage />;
  if (tenants.data !== undefined) return <Outlet />;
  if (tenants.error instanceof ApiError && tenants.error.code === 'entraOff') {
    return <SwitchedOff reason={tenants.error} retry={() => void tenants.refetch()} />;
  }
  return (
    <>
      <PageHead title={words.places.rehearsal} />
      <ErrorNotice error={tenants.error} retry={() => void tenants.refetch()} />
    </>
  );
}
