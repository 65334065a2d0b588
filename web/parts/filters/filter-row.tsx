import type { ReactNode } from 'react';
import styles from './filters.module.css';

/** The filters of a list. On a phone they are in one line, which scrolls. */
export function FilterRow({ label, children }: { readonly label?: string; readonly children: ReactNode }) {
  return (
    <div className={styles['row']} {...(label !== undefined && { role: 'group', 'aria-label': label })}>
      {children}
    </div>
  );
}
