import { must, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectStatus, expectThat, read, NotTestable } from '../expect.ts';
import { BULK_REQUEST } from '../scim-names.ts';
import { sendBulk } from './bulk-operations.ts';

/** Larger requests are not sent: what they would show is not worth the traffic. */
export const OPERATIONS_SENT_MAX = 20_000;
export const BYTES_SENT_MAX = 16 * 1024 * 1024;

function limitOf({ capabilities }: Context, name: string, sentMax: number): number {
  const limit = read(capabilities.config, 'bulk', name);
  expectThat(typeof limit === 'number' && limit > 0, `bulk.${name}`, 'a number above 0', limit);
  if (limit < sentMax) return limit;
  throw new NotTestable(`bulk.${name} is ${limit}, and the tester sends ${sentMax} at most`);
}

export const bulkLimitsSection: Section = {
  source: 'RFC 7644 §3.7.4',
  title: 'Limits of bulk requests',
  needs: ['bulk'],
  checks: [
    must('bulk.too-many', 'More operations than maxOperations are answered 413, and none is done.', async (context) => {
      const limit = limitOf(context, 'maxOperations', OPERATIONS_SENT_MAX);
      const operations = Array.from({ length: limit + 1 }, () => ({ method: 'DELETE', path: '/Users/no-such-id' }));
      expectStatus(await sendBulk(context, operations), 413);
    }),
    must('bulk.too-large', 'A body of more bytes than maxPayloadSize is answered 413.', async (context) => {
      const limit = limitOf(context, 'maxPayloadSize', BYTES_SENT_MAX);
      const start = JSON.stringify({ schemas: [BULK_REQUEST], Operations: [] });
      expectStatus(await context.scim.post('/Bulk', start.padEnd(limit + 1)), 413);
    }),
  ],
};
