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

/** Something that happens to a person in the tenant while one looks on. */
export interface DemoStep {
  readonly title: string;
  /** Does it; `person` is who was hired first. */
  readonly happen: (deps: EngineDeps, tenant: EntraTenant, person: string) => Promise<SourceUser | undefined>;
}

/** Who is hired, and what becomes of her in a minute. */
export const demoSteps: readonly DemoStep[] = [
  {
    title: 'Mira Okonkwo is hired as an engineer',
    happen: (deps, tenant) =>
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
    happen: (deps, tenant, id) =>
      updateSourceUser(deps, tenant, id, { displayName: 'Mira Okonkwo-Lind', surname: 'Okonkwo-Lind' }),
  },
  {
    title: 'She is promoted',
    happen: (deps, tenant, id) => updateSourceUser(deps, tenant, id, { jobTitle: 'Head of Platform' }),
  },
  {
    title: 'She moves to another department',
    happen: (deps, tenant, id) => updateSourceUser(deps, tenant, id, { department: 'Security' }),
  },
  {
    title: 'Her account is disabled',
    happen: (deps, tenant, id) => disableSourceUser(deps, tenant, id),
  },
  {
    title: 'It is restored',
    happen: (deps, tenant, id) => enableSourceUser(deps, tenant, id),
  },
  {
    title: 'She leaves, and is deleted for good',
    happen: async (deps, tenant, id) => {
      await deleteSourceUser(deps, tenant, id);
      await purgeSourceUser(deps, tenant, id);
      return undefined;
    },
  },
];
