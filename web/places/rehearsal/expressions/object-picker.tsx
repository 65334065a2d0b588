import { FOUND_MAX, Picker, type Found, type Picked } from '../../../parts/picker.tsx';
import { useWords } from '../../../words/words.tsx';
import { graph } from '../graph.ts';
import { groupSearch, userSearch } from '../objects.ts';
import { REHEARSAL } from '../queries.ts';
import type { ObjectTypeName } from './use-explanation.ts';

interface Props {
  readonly tenant: string;
  readonly type: ObjectTypeName;
  readonly label: string;
  readonly help: string;
  readonly picked: Picked | null | undefined;
  readonly onPick: (picked: Picked | null | undefined) => void;
}

/** Chooses a user or a group of a tenant. */
export function ObjectPicker({ tenant, type, label, help, picked, onPick }: Props) {
  const { expressions: words } = useWords();
  return (
    <Picker
      // Another type begins with an empty field.
      key={type}
      label={label}
      help={help}
      placeholder={words.personPlaceholder}
      foundLabel={words.found}
      nothing={words.notFound}
      picked={picked}
      onPick={onPick}
      queryKey={[REHEARSAL, tenant, 'found', type]}
      find={async (search, signal) => await findObjects({ tenant, type, search }, signal)}
    />
  );
}

/** Finds users by the beginnings of words of a name or an address, and groups by those of a name, as the lists of the tenant do. */
export async function findObjects(
  { tenant, type, search }: { readonly tenant: string; readonly type: ObjectTypeName; readonly search: string },
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const { users, groups } = graph(tenant, signal);
  const top = FOUND_MAX;
  const { value } =
    type === 'User'
      ? await users.list({ ...userSearch(search), top })
      : await groups.list({ ...groupSearch(search), top });
  return value.map((one) => ({
    id: one.id,
    name: typeof one.displayName === 'string' ? one.displayName : one.id,
    detail: typeof one['userPrincipalName'] === 'string' ? one['userPrincipalName'] : '',
  }));
}
