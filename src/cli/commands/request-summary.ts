import { Command } from 'commander';
import { requestOutcomes } from '#request-log/logged-request.ts';
import { requestTotals } from '#request-log/request-total-store.ts';
import { withSummary } from '../print-summary.ts';

/** `tanhua request summary`: the totals of GET /api/requests/summary. */
export function requestSummaryCommand(): Command {
  const command = new Command('summary').description(
    'Count SCIM requests by outcome in each interval of a period, each operation of a bulk request as one.',
  );
  return withSummary(command, {
    subject: requestTotals,
    outcomes: Object.keys(requestOutcomes),
    properties: { kind: 'type', source: 'source', reason: 'reason' },
    reasonText:
      'the code of the error, such as emailRequired ("tanhua event summary" has finer codes, such as emailMissing)',
    rows: 'requests',
  });
}
