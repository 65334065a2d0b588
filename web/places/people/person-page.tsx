import { PageHead } from '../../parts/page-head.tsx';

export function PersonPage() {
  return <PageHead title="" />;
}
