import { api, read, type Schemas } from '../../../data/client.ts';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';
import { isSelected } from '../../../parts/people-list/selection.ts';

export type BulkAction = 'suspend' | 'activate' | 'unlock' | 'expire' | 'mail' | 'delete';
export interface Chosen {
  readonly id: string;
  readonly name: string;
}
export interface BulkResult {
  readonly id: string;
  readonly name: string;
  readonly isDone: boolean;
  /** Why it was not done. */
  readonly message: string;
}
type Report = (done: number, total: number) => void;

/** The number of people that one job accepts. */
export const CHOSEN_MAX = 10_000;
const PAGE = 200;
const MAILS_PER_REQUEST = 500;
const POLL_MS = 300;
const RESULTS_PER_REQUEST = 100;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns the selected people. If all matches are selected, they are read page by page. */
export async function collectChosen(
  { selection, query, count }: SelectedPeople,
  report: Report,
  signal: AbortSignal,
): Promise<readonly Chosen[]> {
  if (!selection.isAll) return [...selection.picked].map(([id, name]) => ({ id, name }));
  const chosen: Chosen[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(
      api.GET('/api/people', {
        params: { query: { ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) } },
        signal,
      }),
    );
    for (const { id, name } of page.results) if (isSelected(selection, id)) chosen.push({ id, name: name ?? id });
    report(chosen.length, count);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return chosen;
}

function startJob(action: Exclude<BulkAction, 'mail' | 'delete'>, chosen: readonly Chosen[]) {
  const params = { query: { suppressEmail: 'true' } };
  const ids = chosen.map(({ id }) => ({ id }));
  switch (action) {
    case 'suspend':
    case 'activate': {
      const state = action === 'suspend' ? ('SUSPENDED' as const) : ('ACTIVATED' as const);
      return read(api.PATCH('/api/v2/bulk/users', { params, body: ids.map((one) => ({ ...one, state })) }));
    }
    case 'unlock':
      return read(api.POST('/api/v2/bulk/user/unlocks', { params, body: ids }));
    case 'expire':
      return read(api.POST('/api/v2/bulk/user/expires', { params, body: ids }));
  }
}

/** Waits for a job, and reports its progress. */
export async function followJob(id: string, report: Report): Promise<Schemas['job']> {
  for (;;) {
    const job = await read(api.GET('/api/jobs/{id}', { params: { path: { id } } }));
    report(job.done, job.total);
    if (job.state === 'finished' || job.state === 'failed') return job;
    await wait(POLL_MS);
  }
}

/** Reads the results of all rows of a job. */
export async function jobResults(id: string, total: number): Promise<readonly Schemas['jobresult'][]> {
  const results: Schemas['jobresult'][] = [];
  while (results.length < total) {
    const query = { limit: RESULTS_PER_REQUEST, skip: results.length };
    const page = await read(api.GET('/api/v2/bulk/users/{id}/results', { params: { path: { id }, query } }));
    if (page.length === 0) break;
    results.push(...page);
  }
  return results;
}

/** Performs an action for all chosen people. Returns a result for each of them. */
export async function performBulk(
  action: BulkAction,
  chosen: readonly Chosen[],
  report: Report,
): Promise<readonly BulkResult[]> {
  if (action === 'mail') return await sendMails(chosen, report);
  if (action === 'delete') return await deleteAll(chosen, report);
  const { jobId } = await startJob(action, chosen);
  const job = await followJob(jobId, report);
  const results = await jobResults(jobId, job.total);
  return results.map(({ row, status, statusMsg }) => ({
    id: chosen[row - 1]?.id ?? '',
    name: chosen[row - 1]?.name ?? '',
    isDone: status === 'finished',
    message: status === 'finished' ? '' : statusMsg,
  }));
}

async function sendMails(chosen: readonly Chosen[], report: Report): Promise<readonly BulkResult[]> {
  const results: BulkResult[] = [];
  for (let start = 0; start < chosen.length; start += MAILS_PER_REQUEST) {
    const part = chosen.slice(start, start + MAILS_PER_REQUEST);
    const { skipped } = await read(
      api.POST('/api/systemusers/reactivate', { body: { models: part.map(({ id }) => ({ _id: id })) } }),
    );
    const reasons = new Map(skipped.map(({ id, reason }) => [id, reason]));
    results.push(...part.map((one) => ({ ...one, isDone: !reasons.has(one.id), message: reasons.get(one.id) ?? '' })));
    report(results.length, chosen.length);
  }
  return results;
}

async function deleteAll(chosen: readonly Chosen[], report: Report): Promise<readonly BulkResult[]> {
  const results: BulkResult[] = [];
  for (const one of chosen) {
    const message = await read(api.DELETE('/api/systemusers/{id}', { params: { path: { id: one.id } } })).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    results.push({ ...one, isDone: message === '', message });
    report(results.length, chosen.length);
  }
  return results;
}
