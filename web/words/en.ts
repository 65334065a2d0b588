import { chart } from './en/chart.ts';
import { consoleWay } from './en/console-way.ts';
import { events } from './en/events.ts';
import { exchange } from './en/exchange.ts';
import { filters, picker } from './en/filters.ts';
import { about, frame, keys, palette, places } from './en/frame.ts';
import { group, groups } from './en/groups.ts';
import { home } from './en/home.ts';
import { people, person } from './en/people.ts';
import { again, outcomes, passwords, states, time } from './en/shared.ts';
import { signIn } from './en/sign-in.ts';
import { sources } from './en/sources.ts';

/**
 * Every text of the console in English. Another language has the same shape (`Words`). A text with a value is a function, so that each
 * language can put the value where it belongs and choose the plural.
 */
export const en = {
  locale: 'en',
  product: 'Tanhua',
  places,
  frame,
  about,
  keys,
  palette,
  signIn,
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
  events,
  exchange,
  consoleWay,
  chart,
} as const;

/** Removes the exact texts, so that another language can have its own. */
type Shape<Value> = Value extends (...values: infer Values) => string
  ? (...values: Values) => string
  : Value extends string
    ? string
    : { readonly [Name in keyof Value]: Shape<Value[Name]> };

export type Words = Shape<typeof en>;
