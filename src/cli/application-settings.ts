import { AppError, quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { ApplicationSettings, Faults } from '#entra/application/application.ts';
import { parseInterval } from '#entra/application/interval.ts';
import type { SettingsChange } from '#entra/application/settings.ts';
import { splitAssignment } from './split-assignment.ts';

/** The form in which the command line accepts the value of a setting, in NAME=VALUE. */
interface SettingText {
  /** Converts the text of the value. `withSettings` checks the result. */
  readonly read: (text: string) => unknown;
  /** The allowed values, for the help. */
  readonly values: string;
}

const text: SettingText = { read: (given) => given, values: 'text' };
const optionalText: SettingText = { read: (given) => (given === 'none' ? null : given), values: 'text, or none' };
const flag: SettingText = { read: (given) => given === 'on' || (given === 'off' ? false : given), values: 'on or off' };
const number: SettingText = { read: toNumber, values: 'a whole number' };
const optionalNumber: SettingText = {
  read: (given) => (given === 'none' ? null : toNumber(given)),
  values: 'a whole number, or none',
};

function toNumber(given: string): unknown {
  return /^\d{1,15}$/.test(given) ? Number(given) : given;
}

const settings: Readonly<Record<Exclude<keyof ApplicationSettings, 'faults'>, SettingText>> = {
  tenantUrl: { ...text, values: 'https://HOST/scim/v2/?aadOptscim062020' },
  authentication: { ...text, values: 'AuthenticationToken or OAuth2ClientCredentialsGrant' },
  credentialLocationInRequest: { ...text, values: 'Header or Body' },
  scope: { ...text, values: 'assigned or all' },
  notificationEmail: optionalText,
  accidentalDeletionThreshold: optionalNumber,
  skipOutOfScopeDeletions: flag,
  membersPerPatch: number,
  concurrency: number,
  requestsPerSecond: optionalNumber,
  requestTimeoutMs: number,
};

const faults: Readonly<Record<keyof Faults, SettingText>> = {
  sendUserAgent: flag,
  throttle: { read: toThrottle, values: 'BYTES/PAUSE, with the pause in milliseconds, such as 16/50; or off' },
  slowReadMs: number,
  dropEvery: number,
  duplicateEvery: number,
  switchIsNull: flag,
};

function toThrottle(given: string): unknown {
  if (given === 'off' || given === 'none') return null;
  const groups = /^(?<bytes>\d{1,9})\/(?<pauseMs>\d{1,9})$/.exec(given)?.groups;
  return groups === undefined ? given : { bytes: Number(groups['bytes']), pauseMs: Number(groups['pauseMs']) };
}

export type ApplicationChange = SettingsChange & { readonly displayName?: string; readonly intervalMs?: number };

/**
 * Reads NAME=VALUE assignments of the command line as one change of an application. Does not check the values: `updateSettings` does.
 * Throws `usage` for an unknown name, for an assignment without "=", and for an interval that cannot be read.
 *
 * @example
 * readSettings(['scope=all', 'interval=1m']); // { scope: 'all', intervalMs: 60000 }
 */
export function readSettings(assignments: readonly string[]): ApplicationChange {
  const change: Record<string, unknown> = {};
  for (const { name, value } of assignments.map(split)) {
    if (name.toLowerCase() === 'displayname') change['displayName'] = value;
    else if (name.toLowerCase() === 'interval') change['intervalMs'] = readInterval(value);
    else Object.assign(change, readOne(settings, name, value));
  }
  return change as ApplicationChange;
}

/** Like `readSettings`, but reads faults. The word "off" turns off all faults. Throws `usage`. */
export function readFaults(assignments: readonly string[]): Partial<Faults> {
  const change: Record<string, unknown> = {};
  for (const assignment of assignments) {
    if (assignment === 'off') Object.assign(change, noFaults);
    else Object.assign(change, readOne(faults, split(assignment).name, split(assignment).value));
  }
  return change as Partial<Faults>;
}

const noFaults: Faults = {
  sendUserAgent: false,
  throttle: null,
  slowReadMs: 0,
  dropEvery: 0,
  duplicateEvery: 0,
  switchIsNull: false,
};

function split(assignment: string): { readonly name: string; readonly value: string } {
  const found = splitAssignment(assignment);
  if (found !== undefined) return found;
  throw new AppError('usage', `${quote(assignment)} is not NAME=VALUE.`);
}

function readOne(known: Readonly<Record<string, SettingText>>, name: string, value: string): Record<string, unknown> {
  const found = Object.entries(known).find(([one]) => one.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return { [found[0]]: found[1].read(value) };
  const near = suggestion(name, Object.keys(known));
  const meant =
    near === undefined ? `The settings are ${Object.keys(known).join(', ')}.` : `${quote(near)} was probably meant.`;
  throw new AppError('usage', `There is no setting ${quote(name)}. ${meant}`);
}

/** Reads an interval such as PT40M, 40m, 30s or 1h as milliseconds. Throws `usage`. */
export function readInterval(given: string): number {
  const interval = parseInterval(given);
  if (interval !== undefined) return interval;
  throw new AppError('usage', `The interval is ${quote(given)}: write a time such as PT40M, 40m, 30s or 1h.`);
}

function help(known: Readonly<Record<string, SettingText>>): string {
  return Object.entries(known)
    .map(([name, { values }]) => `  ${name}=${values}`)
    .join('\n');
}

/** The settings of `entra app set` and their values, as its help lists them. */
export const settingsHelp = `\nSettings:\n${help(settings)}\n  interval=the time between cycles: PT40M, 40m, 30s or 1h\n  displayName=text\n\n"none" means no address or no limit. requestTimeoutMs is in milliseconds.`;
/** The faults of `entra app faults` and their values, as its help lists them. */
export const faultsHelp = `\nFaults:\n${help(faults)}\n  off, without a name: turn all faults off\n\nslowReadMs is the pause before each piece of a response, in milliseconds. dropEvery=3 cuts the connection of every third request with a body, and duplicateEvery=3 sends every third write twice; 0 turns them off.`;
