import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { startAuthentication } from '@simplewebauthn/browser';
import { api, ApiError, read } from '../../data/client.ts';
import { reportSignedIn } from '../../data/connection.ts';

const sessionKey = ['session'] as const;

/** The signed-in user; the error has status 401 without a session, and 403 for the session of an administrator. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => read(api.GET('/api/portal/session', { signal })),
    retry: (failures, error) => error instanceof ApiError && error.status === 0 && failures < 30,
    staleTime: 60_000,
  });
}

/** The organization that an address names, or the only one. */
export function useOrganization(name: string | undefined) {
  return useQuery({
    queryKey: ['organization', name ?? ''],
    queryFn: ({ signal }) =>
      read(api.GET('/api/portal/organization', { params: { query: name === undefined ? {} : { name } }, signal })),
    staleTime: 300_000,
  });
}

/** What the directory knows about the signed-in user. */
export function useProfile() {
  return useQuery({
    queryKey: ['profile'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/me', { signal })),
  });
}

export type Profile = NonNullable<ReturnType<typeof useProfile>['data']>;

/** The passkeys of the signed-in user. */
export function usePasskeys() {
  return useQuery({
    queryKey: ['passkeys'],
    queryFn: ({ signal }) => read(api.GET('/api/portal/passkeys', { signal })),
  });
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly totp?: string;
  readonly organization?: string;
}

/** Returns the functions that sign in: with a password, and with a passkey. */
export function useSignIn() {
  const queries = useQueryClient();
  const onSuccess = async () => {
    reportSignedIn();
    await queries.invalidateQueries();
  };
  const password = useMutation({
    mutationFn: (body: Credentials) => read(api.POST('/api/portal/sign-in', { body })),
    onSuccess,
  });
  const passkey = useMutation({
    mutationFn: async () => {
      const { state, options } = await read(api.POST('/api/portal/sign-in/passkey/options', { body: {} }));
      const response = await startAuthentication({ optionsJSON: options });
      return await read(api.POST('/api/portal/sign-in/passkey', { body: { state, response: { ...response } } }));
    },
    onSuccess,
  });
  return { password, passkey };
}

/** Returns a function that signs out and forgets all that this tab has read. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await read(api.POST('/api/portal/sign-out', { body: {} }));
    queries.removeQueries({
      predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] && queryKey[0] !== 'organization',
    });
    // It has the passwords that were sent, and the secrets that were shown.
    queries.getMutationCache().clear();
    await queries.resetQueries({ queryKey: sessionKey });
  };
}

/** Returns a function to call after a change of how the account signs in. */
export function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => await queries.invalidateQueries();
}
