import { lazy } from 'react';

/**
 * The tabs of an application, in the order in which Entra's portal leads through them: what is entered once, then what is done and watched.
 */
export const applicationTabs = [
  'credentials',
  'mappings',
  'scope',
  'assignments',
  'settings',
  'status',
  'on-demand',
  'logs',
  'compare',
  'faults',
  'expressions',
] as const;
export type ApplicationTab = (typeof applicationTabs)[number];

/** Each tab is its own chunk. */
export const applicationPages = {
  credentials: lazy(async () => ({ default: (await import('./application/credentials-tab.tsx')).CredentialsTab })),
  mappings: lazy(async () => ({ default: (await import('./application/mappings-tab.tsx')).MappingsTab })),
  scope: lazy(async () => ({ default: (await import('./application/scope-tab.tsx')).ScopeTab })),
  assignments: lazy(async () => ({ default: (await import('./application/assignments-tab.tsx')).AssignmentsTab })),
  settings: lazy(async () => ({ default: (await import('./application/settings-tab.tsx')).SettingsTab })),
  status: lazy(async () => ({ default: (await import('./application/status-tab.tsx')).StatusTab })),
  'on-demand': lazy(async () => ({ default: (await import('./on-demand/on-demand-tab.tsx')).OnDemandTab })),
  logs: lazy(async () => ({ default: (await import('./logs/logs-tab.tsx')).LogsTab })),
  compare: lazy(async () => ({ default: (await import('./compare/compare-tab.tsx')).CompareTab })),
  faults: lazy(async () => ({ default: (await import('./faults/faults-tab.tsx')).FaultsTab })),
  expressions: lazy(async () => ({ default: (await import('./expressions/expressions-tab.tsx')).ExpressionsTab })),
} as const;
