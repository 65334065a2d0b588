import { Link } from '../router.tsx';

interface Props {
  readonly to: string;
  readonly title: string;
  readonly help: string;
  /** True for something that the reader should do. */
  readonly isDue?: boolean;
}

/** A line that opens a page, with what it is about. */
export function Task({ to, title, help, isDue = false }: Props) {
  return (
    <li>
      <Link to={to} className="task">
        <span className="task-title">
          {isDue && (
            <span className="tone-warn" aria-hidden="true">
              ◷{' '}
            </span>
          )}
          {title}
        </span>
        <span className="task-help">{help}</span>
      </Link>
    </li>
  );
}
