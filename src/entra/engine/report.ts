import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type {
  ErrorInformation,
  ModifiedProperty,
  ProvisioningAction,
  ProvisioningEntry,
  ProvisioningStatus,
  ProvisioningStep,
} from '../logs/provisioning-entry.ts';
import type { ObjectType } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import type { Recorder, WireExchange } from '../wire/target-client.ts';

/** The source object that a report is about. */
export interface Subject {
  readonly type: ObjectType;
  readonly sourceId: string;
  readonly name: string;
  readonly targetObject: string;
}

export interface Outcome {
  readonly action: ProvisioningAction;
  readonly status: ProvisioningStatus;
  readonly skipReason?: string;
  readonly error?: ErrorInformation;
}

/** Collects the steps and HTTP exchanges of one object's provisioning, for its log entry. */
export interface Report {
  readonly subject: Subject;
  readonly record: Recorder;
  /** Adds a step. The HTTP exchanges since the previous step belong to it. */
  readonly step: (step: Pick<ProvisioningStep, 'name' | 'type' | 'status' | 'description' | 'details'>) => void;
  /** True if a step has failed. */
  readonly hasFailed: () => boolean;
  readonly modified: (properties: readonly ModifiedProperty[]) => void;
  /** Sets the id of the object in the target. */
  readonly target: (id: string) => void;
  /** Returns the log entry. */
  readonly finish: (outcome: Outcome) => ProvisioningEntry;
}

export function startReport(clock: Clock, subject: Subject, changeId: string): Report {
  const startedAt = clock.now();
  const steps: ProvisioningStep[] = [];
  const exchanges: WireExchange[] = [];
  let modifiedProperties: readonly ModifiedProperty[] = [];
  let targetId = '';
  let exchangesReported = 0;
  return {
    subject,
    record: (exchange) => {
      exchanges.push(exchange);
    },
    step: (step) => {
      steps.push({ ...step, at: clock.now(), exchanges: [exchangesReported, exchanges.length] });
      exchangesReported = exchanges.length;
    },
    hasFailed: () => steps.some(({ status }) => status === 'failure'),
    modified: (properties) => {
      modifiedProperties = [...modifiedProperties, ...properties];
    },
    target: (id) => {
      targetId = id;
    },
    finish: ({ action, status, skipReason, error }) => ({
      changeId,
      startedAt,
      endedAt: clock.now(),
      action,
      status,
      skipReason: skipReason ?? null,
      error: error ?? null,
      objectType: subject.type,
      sourceId: subject.sourceId,
      sourceName: subject.name,
      targetId,
      targetObject: subject.targetObject,
      steps,
      modifiedProperties,
      exchanges,
    }),
  };
}

/** Formats a value for the logs: booleans as True and False, lists with commas, objects as JSON. Returns null if there is no value. */
export function shownValue(value: FlatValue | JsonObject | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return value.map((one: FlatValue) => shownValue(one) ?? '').join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
