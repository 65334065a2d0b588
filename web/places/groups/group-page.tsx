import { PageHead } from '../../parts/page-head.tsx';

export function GroupPage() {
  return <PageHead title="" />;
}
