import { Command } from 'commander';
import { eventOutcomes, eventTotals } from '#audit/event-total-store.ts';
import { withSummary } from '../print-summary.ts';

export function eventSummaryCommand(): Command {
  const command = new Command('summary').description('Count accepted and refused events in each interval of a period.');
  return withSummary(command, {
    subject: eventTotals,
    outcomes: eventOutcomes,
    properties: { type: 'type', source: 'source', reason: 'reason' },
    reasonText:
      'the code of the reason, such as emailMissing, or of the error without one ("tanhua request summary" has the codes of errors, such as emailRequired)',
    rows: 'events',
  });
}
