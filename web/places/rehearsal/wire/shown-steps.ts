import type { LogWire, OnDemandAnswer, ProvisioningLog, WireExchange } from '#entra/graph-api/client-types.ts';

export type StepStatus = 'success' | 'failure' | 'skipped' | 'warning' | 'notReached' | 'notNeeded';

/** The four steps that Entra's portal shows. */
export const portalSteps = ['import', 'scoping', 'matching', 'action'] as const;
export type PortalStep = (typeof portalSteps)[number];

/** A part of a step, as the provisioning reported it. */
export interface StepPart {
  readonly description: string;
  readonly status: StepStatus;
  readonly details: Readonly<Record<string, string>>;
  readonly exchanges: readonly WireExchange[];
}

export interface ShownStep {
  readonly step: PortalStep;
  readonly status: StepStatus;
  readonly parts: readonly StepPart[];
}

interface Reported {
  readonly type: string;
  readonly status: string;
  readonly description: string;
  readonly details: Readonly<Record<string, string>>;
}

type Ranges = readonly (readonly [number, number])[];

/** Returns the steps of an entry of the logs, with the requests of each. */
export function stepsOfLog(log: ProvisioningLog, wire: LogWire): readonly ShownStep[] {
  const reported = log.provisioningSteps.map(({ provisioningStepType: type, ...step }) => ({ ...step, type }));
  return portalStepsOf(reported, wire.steps, wire.exchanges);
}

/** Returns the steps of an answer of Provision on demand. */
export function stepsOfAnswer({ value, stepExchanges, exchanges }: OnDemandAnswer): readonly ShownStep[] {
  return portalStepsOf(value.provisioningSteps, stepExchanges, exchanges);
}

/**
 * Groups what a provisioning reported into the four steps of Entra's portal. A step that was not reached, or that a later step did not
 * need, has no parts. What follows the matching, such as the members of a group, belongs to the action.
 */
function portalStepsOf(
  reported: readonly Reported[],
  ranges: Ranges,
  exchanges: readonly WireExchange[],
): readonly ShownStep[] {
  const parts = reported.map((one, index) => {
    const [first, end] = ranges[index] ?? [0, 0];
    const part: StepPart = {
      description: one.description,
      status: statusOf(one.status),
      details: one.details,
      exchanges: exchanges.slice(first, end),
    };
    return { step: portalStepOf(one.type), part };
  });
  const hasFailed = parts.some(({ part }) => part.status === 'failure');
  return portalSteps.map((step, place) => {
    const own = parts.filter((one) => one.step === step).map(({ part }) => part);
    // After a failure, a step without parts can be the one that failed.
    const isPassed = !hasFailed && parts.some((one) => portalSteps.indexOf(one.step) > place);
    return { step, status: worst(own) ?? (isPassed ? 'notNeeded' : 'notReached'), parts: own };
  });
}

function portalStepOf(type: string): PortalStep {
  const name = type.toLowerCase();
  return portalSteps.find((step) => step === name) ?? 'action';
}

function statusOf(status: string): StepStatus {
  const known = ['success', 'failure', 'skipped', 'warning'] as const;
  return known.find((one) => one === status.toLowerCase()) ?? 'success';
}

function worst(parts: readonly StepPart[]): StepStatus | undefined {
  const order = ['failure', 'warning', 'success', 'skipped'] as const;
  return order.find((status) => parts.some((part) => part.status === status));
}
