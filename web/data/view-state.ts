import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { isLeaving } from './leaving.ts';

/** The names of the parameters of a view, each with its value where the URL has none. */
export type ViewDefaults = Readonly<Record<string, string>>;

type Values<Defaults extends ViewDefaults> = { readonly [Name in keyof Defaults]: string };

/**
 * The state of a view, which is in the URL and nowhere else: filters, order, tab, open drawer. A link with it shows the same to a colleague.
 * A value that is the default does not appear in the URL.
 *
 * @example
 * const [view, setView] = useViewState({ search: '', sort: 'name' });
 * setView({ sort: 'email' }); // ?sort=email
 */
export function useViewState<Defaults extends ViewDefaults>(
  defaults: Defaults,
): [Values<Defaults>, (change: Partial<Values<Defaults>>, options?: { readonly replace?: boolean }) => void] {
  const [parameters, setParameters] = useSearchParams();
  const values = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(defaults).map(([name, value]) => [name, parameters.get(name) ?? value]),
      ) as Values<Defaults>,
    [parameters, defaults],
  );
  const change = useCallback(
    (next: Partial<Values<Defaults>>, { replace = false } = {}) => {
      // A search that is sent after a pause would bring the reader back.
      if (isLeaving()) return;
      setParameters(
        (current) => {
          const changed = new URLSearchParams(current);
          for (const [name, value] of Object.entries(next)) {
            if (value === undefined || value === defaults[name]) changed.delete(name);
            else changed.set(name, value);
          }
          return changed;
        },
        { replace },
      );
    },
    [setParameters, defaults],
  );
  return [values, change];
}
