import { csvText } from '#base/csv-text.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { LoggedEntry } from '../logs/log-store.ts';

/** The three files that the portal offers for download. Rows with the same changeId belong together (§3.9). */
export const exportParts = ['logs', 'steps', 'modifiedProperties'] as const;
export type ExportPart = (typeof exportParts)[number];

export const exportNames: Readonly<Record<ExportPart, string>> = {
  logs: 'ProvisioningLogs',
  steps: 'ProvisioningLogs_ProvisioningSteps',
  modifiedProperties: 'ProvisioningLogs_ModifiedProperties',
};

const columns: Readonly<Record<ExportPart, readonly string[]>> = {
  logs: [
    'id',
    'activityDateTime',
    'tenantId',
    'jobId',
    'cycleId',
    'changeId',
    'provisioningAction',
    'durationInMilliseconds',
    'provisioningStatusInfo.status',
    'provisioningStatusInfo.errorInformation.errorCode',
    'provisioningStatusInfo.errorInformation.reason',
    'provisioningStatusInfo.errorInformation.recommendedAction',
    'servicePrincipal.id',
    'servicePrincipal.displayName',
    'sourceSystem.displayName',
    'sourceIdentity.id',
    'sourceIdentity.displayName',
    'sourceIdentity.identityType',
    'targetSystem.displayName',
    'targetIdentity.id',
    'targetIdentity.displayName',
    'targetIdentity.identityType',
    'initiatedBy.displayName',
  ],
  steps: ['changeId', 'name', 'provisioningStepType', 'status', 'description', 'details'],
  modifiedProperties: ['changeId', 'displayName', 'oldValue', 'newValue'],
};

/** Yields the CSV text of one of the files, in chunks. */
export async function* exportCsv(entries: AsyncIterable<LoggedEntry>, part: ExportPart): AsyncIterable<string> {
  yield csvText([columns[part]]);
  for await (const { entry } of entries) {
    const rows = rowsOf(entry, part).map((row) => columns[part].map((column) => cell(row, column)));
    if (rows.length > 0) yield csvText(rows);
  }
}

function rowsOf(entry: JsonObject, part: ExportPart): readonly JsonObject[] {
  if (part === 'logs') return [entry];
  const inner = entry[part === 'steps' ? 'provisioningSteps' : 'modifiedProperties'];
  const rows = Array.isArray(inner) ? (inner as readonly JsonValue[]).filter(isObject) : [];
  return rows.map((row) => ({ changeId: entry['changeId'] ?? null, ...row }));
}

function cell(row: JsonObject, column: string): string {
  let value: JsonValue = row;
  for (const name of column.split('.')) value = isObject(value) ? (value[name] ?? null) : null;
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Yields the text of a JSON array of complete entries, in chunks. */
export async function* exportJson(entries: AsyncIterable<LoggedEntry>): AsyncIterable<string> {
  let mark = '[\n';
  for await (const { entry } of entries) {
    yield `${mark}${JSON.stringify(entry)}`;
    mark = ',\n';
  }
  yield mark === '[\n' ? '[]\n' : '\n]\n';
}
