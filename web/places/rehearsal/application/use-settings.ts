import { useQuery } from '@tanstack/react-query';
import type { SettingsChange } from '#entra/graph-api/client-types.ts';
import type { ApplicationTabProps } from '../application-page.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import { useChange } from '../use-change.ts';

type Place = Pick<ApplicationTabProps, 'tenant' | 'application' | 'job'>;

/** All settings of an application: those of Entra's portal, and those that only the stand-in has. */
export function useSettings({ tenant, application, job }: Place) {
  return useQuery({
    queryKey: [REHEARSAL, tenant.id, 'settings', job.id],
    queryFn: async ({ signal }) => await graph(tenant.id, signal).job(application.id, job.id).settings(),
  });
}

/** Changes settings of an application. The result says what the change means for the next cycle. */
export function useSaveSettings({ tenant, application, job }: Place) {
  return useChange(
    async (change: SettingsChange) => await graph(tenant.id).job(application.id, job.id).saveSettings(change),
  );
}
