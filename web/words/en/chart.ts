import { number } from './counts.ts';

export const chart = {
  asTable: 'As a table',
  nothing: 'Nothing happened in this period.',
  interval: 'From',
  action: 'Action',
  select: 'Show',
  selectAt: (time: string) => `Show the events from ${time}`,
  total: (value: number, outcome: string) => `${number(value)} ${outcome}`,
} as const;
