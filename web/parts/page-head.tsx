import type { ReactNode } from 'react';
import styles from './page-head.module.css';

interface Props {
  readonly title: ReactNode;
  /** Empty while it is read: the line keeps its place. */
  readonly below?: ReactNode;
  /** The actions of the page, of which one is primary. */
  readonly actions?: ReactNode;
  /** The pages of what the title names. */
  readonly tabs?: ReactNode;
}

/** The title of a page, one line below it, and its actions. */
export function PageHead({ title, below, actions, tabs }: Props) {
  return (
    <div className={styles['head']}>
      <div className={styles['title']}>
        <h1>{title}</h1>
        {below !== undefined && <div className={`dim ${styles['below'] ?? ''}`}>{below}</div>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      {tabs !== undefined && <div className={styles['tabs']}>{tabs}</div>}
    </div>
  );
}
