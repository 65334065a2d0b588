import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read } from './client.ts';
import { reportSignedIn } from './connection.ts';

/** The permission names of the server, as far as the pages ask for them. */
export type Permission = string;

const key = ['session'] as const;

/** The signed-in administrator with the permissions of the role; the error has status 401 without a session. */
export function useSession() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(api.GET('/api/auth/session', { signal })),
    retry: false,
    staleTime: 60_000,
  });
}

/** Returns a function that says whether the signed-in administrator may do something. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  return (permission) => data?.permissions.includes(permission) ?? false;
}

/** Returns a function to call after a sign-in: every page then reads its data again. */
export function useSignedIn(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    reportSignedIn();
    await queries.invalidateQueries();
  };
}

/** Returns a function that signs out and forgets all that this tab has read. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await read(api.POST('/api/auth/sign-out', { body: {} }));
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] });
    // It has the passwords that were sent.
    queries.getMutationCache().clear();
    await queries.resetQueries({ queryKey: key });
  };
}

/** The organization of the session, with its settings. */
export function useOrganization() {
  const { data: session } = useSession();
  const may = useMay();
  const id = session?.organization ?? '';
  return useQuery({
    queryKey: ['organization', id],
    queryFn: ({ signal }) => read(api.GET('/api/organizations/{id}', { params: { path: { id } }, signal })),
    enabled: id !== '' && may('organization.read'),
    staleTime: 300_000,
  });
}
