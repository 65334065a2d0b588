import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read, type Schemas } from '../../data/client.ts';
import { periods } from '../../data/period.ts';

export type FailedMail = Schemas['mail'];

/** The time in which failed emails need attention, as the server counts them. */
export const FAILED_MAIL_DAYS = periods.week / (24 * 3_600_000);
const PAGE = 100;
const key = ['failed-mail'] as const;

/**
 * The emails of the last week that were not delivered, newest first: those that "What needs attention" counts.
 *
 * @param sent The number of them that were sent again: they have left the list from which the next page is read.
 */
export function useFailedMail(sent: number) {
  const [from] = useState(() => new Date(Date.now() - periods.week).toISOString());
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => {
      const query = { state: 'failed', from, skip: pageParam, limit: PAGE } as const;
      return read(api.GET('/api/mail/outbox', { params: { query }, signal }));
    },
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < PAGE ? undefined : pages.length * PAGE - sent),
  });
}
