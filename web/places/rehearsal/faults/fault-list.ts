import type { Settings } from '#entra/graph-api/client-types.ts';

export type Faults = Settings['faults'];
export type FaultName = keyof Faults;

/** A number that a fault needs. */
export interface FaultNumber {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** What the field has when the fault is switched on. */
  readonly start: number;
}

/** The faults in the order of the page: those of the network first. */
export const faultNames = [
  'throttle',
  'slowReadMs',
  'dropEvery',
  'duplicateEvery',
  'switchIsNull',
  'sendUserAgent',
] as const satisfies readonly FaultName[];

const MS_MAX = 60_000;
const COUNT_MAX = 1_000_000;

/** The numbers of each fault, with the limits of the server. */
export const faultNumbers: Readonly<Record<FaultName, readonly FaultNumber[]>> = {
  throttle: [
    { name: 'bytes', least: 1, most: COUNT_MAX, start: 64 },
    { name: 'pauseMs', least: 0, most: MS_MAX, start: 5 },
  ],
  slowReadMs: [{ name: 'value', least: 1, most: MS_MAX, start: 50 }],
  dropEvery: [{ name: 'value', least: 1, most: COUNT_MAX, start: 5 }],
  duplicateEvery: [{ name: 'value', least: 1, most: COUNT_MAX, start: 2 }],
  switchIsNull: [],
  sendUserAgent: [],
};

/** Everything switched off. */
export const noFaults: Faults = {
  sendUserAgent: false,
  throttle: null,
  slowReadMs: 0,
  dropEvery: 0,
  duplicateEvery: 0,
  switchIsNull: false,
};

export function isOn(faults: Faults, name: FaultName): boolean {
  return faults[name] !== noFaults[name];
}

/** Returns the numbers of a fault that is on, or those to begin with. */
export function numbersOf(faults: Faults, name: FaultName): Readonly<Record<string, number>> {
  const value = faults[name];
  const starts = Object.fromEntries(faultNumbers[name].map((one) => [one.name, one.start]));
  if (typeof value === 'object' && value !== null) return { ...value };
  return typeof value === 'number' && value > 0 ? { value } : starts;
}

/**
 * Returns the change that switches a fault on with its numbers.
 *
 * @example
 * switchedOn('throttle', { bytes: 64, pauseMs: 5 }); // { throttle: { bytes: 64, pauseMs: 5 } }
 */
export function switchedOn(name: FaultName, numbers: Readonly<Record<string, number>>): Partial<Faults> {
  const { value = 0, bytes = 1, pauseMs = 0 } = numbers;
  if (name === 'throttle') return { throttle: { bytes, pauseMs } };
  return faultNumbers[name].length === 0 ? { [name]: true } : { [name]: value };
}
