import styles from './setup.module.css';

interface Props {
  readonly paths: readonly string[];
  readonly note?: string | undefined;
}

/** What to do in the source, in its order. */
export function Paths({ paths, note }: Props) {
  return (
    <>
      <ol className={styles['paths']}>
        {paths.map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ol>
      {note !== undefined && <p className="dim">{note}</p>}
    </>
  );
}
