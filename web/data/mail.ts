import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, read } from './client.ts';

/** Sends an email of the outbox again. */
export function useSendAgain(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.POST('/api/mail/outbox/{id}/resend', { params: { path: { id } }, body: {} })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['attention'] });
      await queries.invalidateQueries({ queryKey: ['outbox'] });
    },
  });
}
