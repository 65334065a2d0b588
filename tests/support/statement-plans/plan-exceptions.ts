import type { PlanException } from './plan-tables.ts';

const counted = 'counts what matches a filter or a period of its own organization, which the answer has to report';
const anyOrder = 'sorts its own organization by whatever the caller asks for';
const due = 'reads what is due, of all organizations: a partial index has nothing else';
const ofSource = 'the stand-in counts or reads a tenant of its own, on a command or once for each cycle';

/** Statements that read more than the rules allow, each with the reason why that is right. */
export const planExceptions: readonly PlanException[] = [
  { source: 'src/audit/event-query-store.ts countByInterval', reason: counted },
  { source: 'src/audit/event-query-store.ts countEvents', reason: counted },
  { source: 'src/audit/event-query-store.ts distinctValues', reason: counted },
  { source: 'src/audit/event-store.ts listAllEvents', reason: 'only tests and the command line ask for events of every organization' },
  { source: 'src/directory/list-store.ts countSegment', reason: counted },
];
export { anyOrder, due, ofSource };
