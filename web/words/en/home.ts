import { withinSentence } from '../within-sentence.ts';
import { count, number, times } from './counts.ts';

const small = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

export const home = {
  attention: (things: number) =>
    things === 1 ? 'One thing needs your attention' : `${small[things] ?? number(things)} things need your attention`,
  calm: 'All is well',
  calmBelow: 'Nothing needs your attention.',
  unconnected: 'Connect your source',
  unconnectedBelow: 'Nothing has been sent to this directory yet.',
  setUp: (name: string) => `Set up ${name}`,
  label: 'What needs attention',
  badge: (things: number) => count(things, 'thing needs attention', 'things need attention'),
  show: (people: number) => (people === 1 ? 'Show who' : `Show the ${number(people)}`),
  fix: 'Fix…',
  rotate: 'Rotate…',
  whoTheyAre: 'Who they are',
  openSource: (name: string) => `Open ${name}`,
  showMail: (emails: number) => (emails === 1 ? 'Show the email' : `Show the ${number(emails)}`),
  mail: {
    title: 'Emails that were not delivered',
    close: 'Close the emails',
    below: (emails: number, days: number) =>
      `${count(emails, 'email', 'emails')} of the last ${number(days)} days, newest first`,
    more: 'Show earlier emails',
    none: 'Every email of the last 7 days was delivered, or is still being sent',
    noneHelp: 'An email that is sent again leaves this list, and comes back if it fails again.',
    to: (address: string) => `to ${address}`,
    attempts: (attempts: number) => `${count(attempts, 'attempt', 'attempts')}, created`,
    send: 'Send again',
    sendTo: (address: string) => `Send the email to ${address} again`,
    sent: 'It waits to be sent again.',
  },
  silent: (name: string) => `${name} last sent a request`,
  usually: (interval: string) => `; it usually sends one every ${interval}`,
  minutes: (minutes: number) =>
    minutes < 120 ? count(minutes, 'minute', 'minutes') : count(Math.round(minutes / 60), 'hour', 'hours'),
  arrived: 'What arrived',
  arrivedPeriod: '24 hours',
  arrivedLabel: 'Requests of the last 24 hours',
  sources: 'Sources',
  source: 'Source',
  lastRequest: 'Last request',
  rhythm: 'Rhythm',
  today: 'Last 24 hours',
  owns: 'Owns',
  never: 'has sent nothing yet',
  every: (interval: string) => `every ${interval}`,
  flagged: 'with the flag',
  tests: (tests: number) => `checked the connection ${times(tests)}${tests === 1 ? '' : ', also as cycles begin'}`,
  refused: (requests: number) => count(requests, 'refused request', 'refused requests'),
  lastRefused: (title: string) => `last refusal: ${withinSentence(title)}`,
  people: (people: number) => count(people, 'person', 'people'),
  groups: (groups: number) => count(groups, 'group', 'groups'),
  noSources: 'No source is connected yet.',
  connect: 'Connect a source',
} as const;
