import { useMemo } from 'react';
import { spanOf } from '../../../data/period.ts';
import { useViewState } from '../../../data/view-state.ts';

/** The state of the page, which is in the URL. */
export const viewDefaults = {
  search: '',
  status: '',
  action: '',
  type: '',
  error: '',
  change: '',
  cycle: '',
  identity: '',
  period: '',
  from: '',
  to: '',
  log: '',
};

export type LogView = { readonly [Name in keyof typeof viewDefaults]: string };

export function useLogView() {
  return useViewState(viewDefaults);
}

const properties = {
  status: 'provisioningStatusInfo/status',
  action: 'provisioningAction',
  type: 'sourceIdentity/identityType',
  error: 'provisioningStatusInfo/errorInformation/errorCode',
  change: 'changeId',
  cycle: 'cycleId',
  identity: 'sourceIdentity/id',
} as const;

/** The names of the filters with one value each. */
export const filterNames = Object.keys(properties) as readonly (keyof typeof properties)[];

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns the $filter of a view, for the entries of a job.
 *
 * @example
 * filterOf('job-1', { ...viewDefaults, status: 'failure' }, now); // "jobId eq 'job-1' and provisioningStatusInfo/status eq 'failure'"
 */
export function filterOf(jobId: string, view: LogView, now: Date): string {
  const { from, to } = spanOf(view, now);
  return [
    `jobId eq ${quoted(jobId)}`,
    ...filterNames.flatMap((name) => (view[name] === '' ? [] : [`${properties[name]} eq ${quoted(view[name])}`])),
    ...searchTerms(view.search.trim()),
    ...(from === '' ? [] : [`activityDateTime ge ${from}`]),
    ...(to === '' ? [] : [`activityDateTime le ${to}`]),
  ].join(' and ');
}

/** Names in logs respect letter case, so that a text is also searched in small letters, as most user principal names are. */
function searchTerms(search: string): readonly string[] {
  if (search === '') return [];
  if (guid.test(search)) {
    const names = ['sourceIdentity/id', 'changeId', 'cycleId', 'id'];
    return [`(${names.map((name) => `${name} eq ${quoted(search.toLowerCase())}`).join(' or ')})`];
  }
  const texts = [...new Set([search, search.toLowerCase()])];
  const terms = texts.map((text) => `contains(sourceIdentity/displayName,${quoted(text)})`);
  return [`(${[...terms, `targetIdentity/id eq ${quoted(search)}`].join(' or ')})`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns the $filter of a view, which stays the same until the view changes. */
export function useLogFilter(jobId: string, view: LogView): string {
  const key = [...filterNames, 'search', 'period', 'from', 'to'].map((name) => view[name as keyof LogView]).join('\0');
  // The open entry does not matter.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => filterOf(jobId, view, new Date()), [jobId, key]);
}

/** The address of a file with all entries of a filter. */
export function downloadUrl(tenant: string, filter: string, file: 'json' | 'logs' | 'steps' | 'modifiedProperties') {
  const format = file === 'json' ? { format: 'json' } : { format: 'csv', part: file };
  return `/entra/v1.0/auditLogs/provisioning?${new URLSearchParams({ ...format, $filter: filter, tenant }).toString()}`;
}
