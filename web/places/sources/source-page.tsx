import { PageHead } from '../../parts/page-head.tsx';

export function SourcePage() {
  return <PageHead title="" />;
}
