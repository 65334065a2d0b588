import { FOUND_MAX, Picker, type Found, type Picked } from '../../parts/picker.tsx';
import { useWords } from '../../words/words.tsx';
import { graph } from './graph.ts';
import { groupSearch, userSearch } from './objects.ts';
import { REHEARSAL } from './queries.ts';

type Kind = 'User' | 'Group';

interface Props {
  readonly tenant: string;
  readonly kinds: readonly Kind[];
  readonly label: string;
  readonly help: string;
  readonly picked: Picked | null | undefined;
  /** What cannot be chosen. */
  readonly except?: string;
  readonly isInvalid?: boolean;
  readonly isFirst?: boolean;
  readonly onPick: (picked: Picked | null | undefined) => void;
}

/** Chooses a user or a group of a tenant by the beginning of a word of its name. */
export function PrincipalPicker({ tenant, kinds, except, ...props }: Props) {
  const { picker } = useWords().rehearsal;
  const texts = kinds.includes('Group') ? picker.principal : picker.user;
  return (
    <Picker
      {...props}
      placeholder={texts.placeholder}
      foundLabel={texts.found}
      nothing={texts.nothing}
      queryKey={['candidates', REHEARSAL, tenant, ...kinds, except ?? '']}
      find={async (text, signal) => {
        const found = await findPrincipals({ tenant, kinds, text, group: picker.group }, signal);
        return found.filter(({ id }) => id !== except).slice(0, FOUND_MAX);
      }}
    />
  );
}

interface Wanted {
  readonly tenant: string;
  readonly kinds: readonly Kind[];
  readonly text: string;
  /** What stands beside a group. */
  readonly group: string;
}

async function findPrincipals({ tenant, kinds, text, group }: Wanted, signal: AbortSignal): Promise<readonly Found[]> {
  const { users, groups } = graph(tenant, signal);
  const top = FOUND_MAX;
  const [people, some] = await Promise.all([
    kinds.includes('User') ? users.list({ ...userSearch(text), top }) : undefined,
    kinds.includes('Group') ? groups.list({ ...groupSearch(text), top }) : undefined,
  ]);
  return [
    ...(some?.value ?? []).map(({ id, displayName = id }) => ({ id, name: displayName, detail: group })),
    ...(people?.value ?? []).map(({ id, displayName = id, userPrincipalName = '' }) => ({
      id,
      name: displayName,
      detail: userPrincipalName,
    })),
  ];
}
