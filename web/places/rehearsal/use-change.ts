import { useMutation } from '@tanstack/react-query';
import { useRehearsalChanged } from './queries.ts';

/**
 * Changes something about the stand-in. Afterwards, everything about the stand-in is read again.
 *
 * @param done What to do then, such as to close the dialog.
 * @param failed What to do if the server refuses it.
 */
export function useChange<Input = void, Result = unknown>(
  work: (input: Input) => Promise<Result>,
  done?: (result: Result, input: Input) => void,
  failed?: (error: Error) => Promise<void>,
) {
  const changed = useRehearsalChanged();
  return useMutation({
    mutationFn: work,
    onSuccess: async (result, input) => {
      // First, so that an edit after `done` begins with what was saved.
      await changed();
      done?.(result, input);
    },
    ...(failed !== undefined && { onError: failed }),
  });
}
