import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useAllKeys } from '../keys/use-keys.ts';

export type Administrator = Schemas['administrator'];
export type Role = Schemas['role'];

/** The most administrators that the page reads: an organization has a few. */
const LIMIT = 1_000;

/** The administrators of the organization. */
export function useAdministrators() {
  const may = useMay();
  return useQuery({
    queryKey: ['administrators'],
    queryFn: ({ signal }) => read(api.GET('/api/users', { params: { query: { limit: LIMIT } }, signal })),
    enabled: may('administrators.read'),
  });
}

/** The roles: the built-in ones, and those of the organization. */
export function useRoles() {
  const may = useMay();
  return useQuery({
    queryKey: ['roles'],
    queryFn: ({ signal }) => read(api.GET('/api/v2/roles', { signal })),
    enabled: may('administrators.read'),
  });
}

/** The sessions of an administrator, for readers who may see those of others. */
export function useSessionsOf(id: string) {
  const may = useMay();
  return useQuery({
    queryKey: ['administrators', id, 'sessions'],
    queryFn: ({ signal }) => read(api.GET('/api/users/{id}/sessions', { params: { path: { id } }, signal })),
    enabled: may('keys.all'),
  });
}

/** The API keys of an administrator that work. */
export function useKeysOf(id: string) {
  const { data = [] } = useAllKeys();
  return data.filter(({ administratorId, status }) => administratorId === id && status === 'valid');
}

/** Returns a function that reads the administrators, their sessions and their keys again. */
export function useAdministratorsChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const changed = [['administrators'], ['roles'], ['keys'], ['session']];
    await Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}

/** Returns the name of an administrator; the address if there is none. */
export function nameOf({ firstname = '', lastname = '', email = '' }: Administrator): string {
  const name = `${firstname} ${lastname}`.trim();
  return name === '' ? email : name;
}

/** Returns the state of an administrator. */
export function stateOf({ suspended, passwordSet }: Administrator): 'active' | 'invited' | 'suspended' {
  if (suspended === true) return 'suspended';
  return passwordSet === true ? 'active' : 'invited';
}
