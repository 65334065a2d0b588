import { api, read, type Schemas } from '../../../data/client.ts';
import type { paths } from '../../../contracts/api.ts';
import type { SelectedPeople } from '../../../parts/people-list/people-list.tsx';

type ActionBody = NonNullable<paths['/api/people/actions']['post']['requestBody']>['content']['application/json'];
type Part = paths['/api/people/actions']['post']['responses'][200]['content']['application/json'];
export type Preview = paths['/api/people/actions/preview']['post']['responses'][200]['content']['application/json'];

export type BulkAction = ActionBody['action'];
export type BulkResult = Part['results'][number];
type Target = ActionBody['people'];
type Report = (done: number, total: number) => void;

/** The number of ids that one request can name. */
const IDS_PER_REQUEST = 1_000;
const PEOPLE_PER_REQUEST = 100;
const NAMES_SHOWN = 5;
const POLL_MS = 300;
const RESULTS_PER_REQUEST = 100;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns the selection in parts that one request can name: the matches of a query, or some ids. */
export function targetsOf({ selection, query }: Pick<SelectedPeople, 'selection' | 'query'>): readonly Target[] {
  const ids = [...selection.picked.keys()];
  if (selection.isAll) {
    const { presence: _p, sort: _s, order: _o, reason: _r, limit: _l, cursor: _c, skip: _k, ...filters } = query;
    return [{ query: filters, ...(ids.length > 0 && { except: ids }) }];
  }
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_REQUEST) }, (_, index) => ({
    ids: ids.slice(index * IDS_PER_REQUEST, (index + 1) * IDS_PER_REQUEST),
  }));
}

/** What an action would do, for each part of the selection. */
export async function previewBulk(
  action: BulkAction,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly Preview[]> {
  const previews: Preview[] = [];
  for (const people of targets) {
    previews.push(await read(api.POST('/api/people/actions/preview', { body: { action, people }, signal })));
  }
  return previews;
}

/** Adds up what an action would do with all parts of the selection. */
export function sumOf(previews: readonly Preview[]): Preview {
  const exempt = new Map<string, Preview['exempt'][number]>();
  for (const one of previews.flatMap((preview) => preview.exempt)) {
    const before = exempt.get(one.reason);
    exempt.set(one.reason, {
      ...one,
      total: one.total + (before?.total ?? 0),
      people: [...(before?.people ?? []), ...one.people].slice(0, NAMES_SHOWN),
    });
  }
  const sum = (valueOf: (preview: Preview) => number) => previews.reduce((all, preview) => all + valueOf(preview), 0);
  return {
    total: sum(({ total }) => total),
    missing: sum(({ missing }) => missing),
    owned: sum(({ owned }) => owned),
    people: previews.flatMap(({ people }) => people).slice(0, NAMES_SHOWN),
    exempt: [...exempt.values()],
  };
}

/** Work on a selection: what is done, and where it continues. An error leaves it as it is, so that it can be continued. */
export interface BulkRun {
  readonly targets: readonly { readonly people: Target; readonly expected: number }[];
  readonly results: BulkResult[];
  /** The position in `targets`, and the cursor of the next part in it. */
  at: number;
  cursor: string | undefined;
}

export function newRun(targets: BulkRun['targets']): BulkRun {
  return { targets, results: [], at: 0, cursor: undefined };
}

/** Continues the work until nothing is left, or until the caller stops it after a part. */
export async function continueRun(
  run: BulkRun,
  send: (body: Omit<ActionBody, 'action'>) => Promise<Part>,
  report: Report,
  isStopped: () => boolean,
): Promise<void> {
  const total = run.targets.reduce((sum, { expected }) => sum + expected, 0);
  for (let target = run.targets[run.at]; target !== undefined && !isStopped(); target = run.targets[run.at]) {
    const { people, expected } = target;
    // Ids say whom the caller means, even if some of these people are gone. A query selects all who match now.
    const first = people.ids === undefined ? { expected } : {};
    const place = run.cursor === undefined ? first : { cursor: run.cursor };
    const { results, next } = await send({ people, limit: PEOPLE_PER_REQUEST, ...place });
    for (const result of results) run.results.push(result);
    run.cursor = next ?? undefined;
    if (next === null) run.at += 1;
    report(run.results.length, total);
  }
}

/** True if a run was stopped before its end. */
export function isLeft(run: BulkRun): boolean {
  return run.at < run.targets.length;
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
