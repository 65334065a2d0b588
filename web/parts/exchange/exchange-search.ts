import { useSearchParams } from 'react-router';

/**
 * Returns a function that gives the search of this page with the drawer of a request open, which keeps the other parameters.
 *
 * @example
 * const exchangeSearch = useExchangeSearch();
 * <Link to={{ search: exchangeSearch(request.id) }}>…</Link>
 */
export function useExchangeSearch(): (requestId: string) => string {
  const [parameters] = useSearchParams();
  return (requestId) => {
    const changed = new URLSearchParams(parameters);
    changed.set('exchange', requestId);
    return `?${changed.toString()}`;
  };
}
