import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job, ServicePrincipal, Tenant } from '#entra/graph-api/client-types.ts';
import { ApiError } from '../../data/client.ts';
import { isNoRequest, useLiveRefresh } from '../../data/live.ts';
import { isAboutStandIn } from './live-events.ts';
import { graph } from './graph.ts';

export type { Job, ServicePrincipal, Tenant } from '#entra/graph-api/client-types.ts';

/** The first part of the key of every question about the stand-in. The second one is the tenant. */
export const REHEARSAL = 'rehearsal';
/** What arrives about the stand-in within this time is read together. */
const REFRESH_MS = 300;
/** What a cycle changes in the directory arrives again and again while it runs, and is read together after a longer time. */
const DIRECTORY_MS = 3_000;
/** How often a job is read again while a cycle runs, and otherwise. */
const RUNNING_MS = 1_000;
const IDLE_MS = 3_000;

/** The tenants of the organization, without their numbers. */
export function useTenants() {
  return useQuery({
    queryKey: [REHEARSAL, 'tenants'],
    queryFn: async ({ signal }) => (await graph(undefined, signal).tenants.list()).value,
  });
}

/** A tenant with the numbers of its users and groups; null if it does not exist. */
export function useTenant(id: string) {
  return useQuery({
    queryKey: [REHEARSAL, id, 'tenant'],
    queryFn: async ({ signal }): Promise<Tenant | null> =>
      await orNull(async () => await graph(undefined, signal).tenants.get(id)),
  });
}

/** The enterprise applications of a tenant. */
export function useApplications(tenant: string) {
  return useQuery({
    queryKey: [REHEARSAL, tenant, 'applications'],
    queryFn: async ({ signal }) => (await graph(tenant, signal).servicePrincipals.list({ top: 999 })).value,
  });
}

/** An enterprise application; null if it does not exist. */
export function useApplication(tenant: string, id: string) {
  return useQuery({
    queryKey: [REHEARSAL, tenant, 'application', id],
    queryFn: async ({ signal }): Promise<ServicePrincipal | null> =>
      await orNull(async () => await graph(tenant, signal).servicePrincipals.get(id)),
  });
}

/** The provisioning job of an application, read again and again while a cycle runs; null if it was deleted. */
export function useJob(tenant: string, application: string) {
  return useQuery({
    queryKey: [REHEARSAL, tenant, 'job', application],
    queryFn: async ({ signal }): Promise<Job | null> =>
      (await graph(tenant, signal).servicePrincipals.jobs(application)).value[0] ?? null,
    refetchInterval: ({ state }) => ((state.data?.cycle ?? null) === null ? IDLE_MS : RUNNING_MS),
  });
}

/** Returns a function that reads everything about the stand-in again, after a change. */
export function useRehearsalChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => await queries.invalidateQueries({ queryKey: [REHEARSAL] });
}

/** Reads the stand-in again when something happened: a command or another administrator can change it, too. */
export function useLiveRehearsal(): void {
  const changed = useRehearsalChanged();
  useLiveRefresh(() => void changed(), REFRESH_MS, isAboutStandIn);
  useLiveRefresh(
    () => void changed(),
    DIRECTORY_MS,
    (message) => isNoRequest(message) && !isAboutStandIn(message),
  );
}

/** Returns null for what does not exist. */
async function orNull<Value>(ask: () => Promise<Value>): Promise<Value | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
