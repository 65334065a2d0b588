import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Picked } from '../../../parts/picker.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import { findObjects } from './object-picker.tsx';
import type { ObjectTypeName } from './use-explanation.ts';

interface Choice {
  readonly tenant: string;
  readonly type: ObjectTypeName;
  /** The id of the chosen object; empty if none was chosen. */
  readonly id: string;
  readonly choose: (id: string) => void;
}

interface Subject {
  /** The object to test on: the chosen one, or else the first one of the tenant; null if there is none, undefined until it is known. */
  readonly subject: Picked | null | undefined;
  /** What a picker shows, and what it calls. While the reader types another name, the values are still those of the object before. */
  readonly picked: Picked | null | undefined;
  readonly onPick: (picked: Picked | null | undefined) => void;
  /** Shows the object in the picker again, after another type was chosen. */
  readonly reset: () => void;
}

/** The user or the group of a tenant on which an expression is tested. */
export function useSubject({ tenant, type, id, choose }: Choice): Subject {
  const [isChoosing, setChoosing] = useState(false);
  const { data, isError } = useQuery({
    queryKey: [REHEARSAL, tenant, 'subject', type, id],
    queryFn: async ({ signal }): Promise<Picked | null> => {
      if (id === '') return (await findObjects({ tenant, type, search: '' }, signal))[0] ?? null;
      const client = graph(tenant, signal);
      const found = type === 'User' ? await client.users.get(id) : await client.groups.get(id);
      return { id: found.id, name: found.displayName ?? found.id };
    },
    staleTime: 60_000,
    placeholderData: (previous) => previous,
    retry: false,
  });
  const subject = isError ? null : data;
  return {
    subject,
    picked: isChoosing ? undefined : subject,
    onPick: (picked) => {
      setChoosing(picked == null);
      if (picked != null) choose(picked.id);
    },
    reset: () => setChoosing(false),
  };
}
