import { must, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectStatus, expectThat, read, NotTestable } from '../expect.ts';
import { BULK_REQUEST } from '../scim-names.ts';
import { sendBulk } from './bulk-operations.ts';

/** The maximum number of operations in a bulk request of a check. A larger request would cause more traffic than the result is worth. */
export const OPERATIONS_SENT_MAX = 20_000;
export const BYTES_SENT_MAX = 16 * 1024 * 1024;

function limitOf({ capabilities }: Context, name: string, sentMax: number): number {
  const limit = read(capabilities.config, 'bulk', name);
  expectThat(typeof limit === 'number' && limit > 0, `bulk.${name}`, 'a number above 0', limit);
  if (limit < sentMax) return limit;
  throw new NotTestable(
    `bulk.${name} is ${limit}; the tester sends at most ${sentMax}, so it cannot exceed this limit`,
  );
}

export const bulkLimitsSection: Section = {
  source: 'RFC 7644 §3.7.4',
  title: 'Limits of bulk requests',
  needs: ['bulk'],
  checks: [
    must(
      'bulk.too-many',
      'A bulk request with more operations than maxOperations is refused with 413.',
      async (context) => {
        const limit = limitOf(context, 'maxOperations', OPERATIONS_SENT_MAX);
        const operations = Array.from({ length: limit + 1 }, () => ({ method: 'DELETE', path: '/Users/no-such-id' }));
        expectStatus(await sendBulk(context, operations), 413);
      },
    ),
    must(
      'bulk.too-large',
      'A bulk request with more bytes than maxPayloadSize is refused with 413.',
      async (context) => {
        const limit = limitOf(context, 'maxPayloadSize', BYTES_SENT_MAX);
        const start = JSON.stringify({ schemas: [BULK_REQUEST], Operations: [] });
        expectStatus(await context.scim.post('/Bulk', start.padEnd(limit + 1)), 413);
      },
    ),
  ],
};
