import type { EngineDeps } from '#entra/engine/engine-deps.ts';
import type { EntraTenant, SourceUser } from '#entra/source/source-object.ts';
import {
  createSourceUser,
  deleteSourceUser,
  disableSourceUser,
  enableSourceUser,
  purgeSourceUser,
  updateSourceUser,
} from '#entra/source/source-users.ts';

/** A change of one person in the tenant, which the demo applies and then provisions. */
export interface DemoStep {
  readonly title: string;
  /** Applies the change. `person` is the objectId of the user that the first step created. Resolves with undefined after a deletion. */
  readonly apply: (deps: EngineDeps, tenant: EntraTenant, person: string) => Promise<SourceUser | undefined>;
}

/** The steps of the demo: a user is hired, changed several times, and deleted. */
export const demoSteps: readonly DemoStep[] = [
  {
    title: 'Mira Okonkwo is hired as an engineer',
    apply: (deps, tenant) =>
      createSourceUser(deps, tenant, {
        userPrincipalName: `mira.okonkwo@${tenant.domain}`,
        mailNickname: 'mira.okonkwo',
        mail: `mira.okonkwo@${tenant.domain}`,
        displayName: 'Mira Okonkwo',
        givenName: 'Mira',
        surname: 'Okonkwo',
        jobTitle: 'Engineer',
        department: 'Engineering',
        employeeId: 'N-1001',
      }),
  },
  {
    title: 'She marries, and is renamed',
    apply: (deps, tenant, id) =>
      updateSourceUser(deps, tenant, id, { displayName: 'Mira Okonkwo-Lind', surname: 'Okonkwo-Lind' }),
  },
  {
    title: 'She is promoted',
    apply: (deps, tenant, id) => updateSourceUser(deps, tenant, id, { jobTitle: 'Head of Platform' }),
  },
  {
    title: 'She moves to another department',
    apply: (deps, tenant, id) => updateSourceUser(deps, tenant, id, { department: 'Security' }),
  },
  {
    title: 'Her account is disabled',
    apply: (deps, tenant, id) => disableSourceUser(deps, tenant, id),
  },
  {
    title: 'It is enabled again',
    apply: (deps, tenant, id) => enableSourceUser(deps, tenant, id),
  },
  {
    title: 'She leaves, and is deleted permanently',
    apply: async (deps, tenant, id) => {
      await deleteSourceUser(deps, tenant, id);
      await purgeSourceUser(deps, tenant, id);
      return undefined;
    },
  },
];
