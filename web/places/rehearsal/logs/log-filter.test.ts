import { describe, expect, test } from 'vitest';
import { filterOf, viewDefaults } from './log-filter.ts';

const now = new Date('2026-02-03T14:05:30Z');
const filter = (change: Partial<typeof viewDefaults>) => filterOf('job', { ...viewDefaults, ...change }, now);

describe('filterOf', () => {
  test('lists the entries of the job, and adds one condition for each filter', () => {
    expect(filter({})).toBe("jobId eq 'job'");
    expect(filter({ status: 'failure', type: 'User', period: 'hour' })).toBe(
      "jobId eq 'job' and provisioningStatusInfo/status eq 'failure' and sourceIdentity/identityType eq 'User' and activityDateTime ge 2026-02-03T13:05:00.000Z",
    );
  });

  test('searches names as typed and in small letters, and an id as an id', () => {
    expect(filter({ search: " O'Hara " })).toBe(
      "jobId eq 'job' and (contains(sourceIdentity/displayName,'O''Hara') or contains(sourceIdentity/displayName,'o''hara') or targetIdentity/id eq 'O''Hara')",
    );
    const id = '62CF7B7A-52BE-4A9B-9C69-E4D4A4A14F67';
    expect(filter({ search: id })).toContain(`sourceIdentity/id eq '${id.toLowerCase()}' or changeId eq`);
  });
});
