import type { Words } from './en.ts';
import { apiKeys } from './zh/api-keys.ts';
import { chart } from './zh/chart.ts';
import { connection } from './zh/connection.ts';
import { consoleWay } from './zh/console-way.ts';
import { events } from './zh/events.ts';
import { exchange } from './zh/exchange.ts';
import { filters, picker } from './zh/filters.ts';
import { form } from './zh/form.ts';
import { about, frame, keys, palette, places } from './zh/frame.ts';
import { group, groups } from './zh/groups.ts';
import { home } from './zh/home.ts';
import { people, person } from './zh/people.ts';
import { rehearsal } from './zh/rehearsal.ts';
import { comparison, faults } from './zh/rehearsal-compare.ts';
import { expressions } from './zh/rehearsal-expressions.ts';
import { provisioningLogs } from './zh/rehearsal-logs.ts';
import { onDemand, wire } from './zh/rehearsal-wire.ts';
import { zhChangeWords } from '#audit/change-words-zh.ts';
import { again, marks, mistake, outcomes, passwords, roleName, standIn, states, time } from './zh/shared.ts';
import { settings } from './zh/settings.ts';
import { signIn } from './zh/sign-in.ts';
import { sources } from './zh/sources.ts';
import { LOCALE } from '#base/words/chinese.ts';

/** Every text of the console in Simplified Chinese. A text that is missing is a type error. */
export const zh: Words = {
  locale: LOCALE,
  product: '探花',
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
  changes: zhChangeWords,
  chart,
};
