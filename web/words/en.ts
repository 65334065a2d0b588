import { apiKeys } from './en/api-keys.ts';
import { chart } from './en/chart.ts';
import { connection } from './en/connection.ts';
import { consoleWay } from './en/console-way.ts';
import { events } from './en/events.ts';
import { exchange } from './en/exchange.ts';
import { filters, picker } from './en/filters.ts';
import { form } from './en/form.ts';
import { about, frame, keys, palette, places } from './en/frame.ts';
import { group, groups } from './en/groups.ts';
import { home } from './en/home.ts';
import { people, person } from './en/people.ts';
import { rehearsal } from './en/rehearsal.ts';
import { comparison, faults } from './en/rehearsal-compare.ts';
import { expressions } from './en/rehearsal-expressions.ts';
import { provisioningLogs } from './en/rehearsal-logs.ts';
import { onDemand, wire } from './en/rehearsal-wire.ts';
import { enChangeWords } from '#audit/change-words.ts';
import { again, marks, mistake, outcomes, passwords, roleName, standIn, states, time } from './en/shared.ts';
import { signIn } from './en/sign-in.ts';
import { settings } from './en/settings.ts';
import { sources } from './en/sources.ts';

/**
 * Every text of the console in English. Another language has the same shape (`Words`). A text with a value is a function, so that each
 * language can put the value where it belongs and choose the plural.
 */
export const en = {
  locale: 'en',
  product: 'Tanhua',
  connection,
  marks,
  places,
  frame,
  form,
  about,
  keys,
  palette,
  signIn,
  roleName,
  standIn,
  mistake,
  states,
  passwords,
  outcomes,
  again,
  time,
  filters,
  picker,
  home,
  people,
  person,
  groups,
  group,
  sources,
  apiKeys,
  settings,
  rehearsal,
  expressions,
  onDemand,
  wire,
  provisioningLogs,
  comparison,
  faults,
  events,
  exchange,
  consoleWay,
  changes: enChangeWords,
  chart,
} as const;

/** Removes the exact texts, so that another language can have its own. */
export type Shape<Value> = Value extends (...values: infer Values) => string
  ? (...values: Values) => string
  : Value extends string
    ? string
    : { readonly [Name in keyof Value]: Shape<Value[Name]> };

export type Words = Shape<typeof en>;
