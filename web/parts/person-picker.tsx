import { api, read } from '../data/client.ts';
import { useWords } from '../words/words.tsx';
import { FOUND_MAX, Picker, type Found, type Picked } from './picker.tsx';

export type PickedPerson = Picked;

interface Props {
  readonly label: string;
  readonly help: string;
  /** Who is chosen now; undefined for no one. */
  readonly picked: PickedPerson | null | undefined;
  /** A person who cannot be chosen. */
  readonly except?: string;
  readonly isInvalid?: boolean;
  /** Receives the person, null for an empty field, and undefined while the text is not yet a choice. */
  readonly onPick: (person: PickedPerson | null | undefined) => void;
}

/** Finds a person by any name as the reader types, and chooses one with the arrow keys and Enter, or with a click. */
export function PersonPicker({ label, help, picked, except, isInvalid = false, onPick }: Props) {
  const { picker } = useWords();
  return (
    <Picker
      label={label}
      help={help}
      placeholder={picker.placeholder}
      foundLabel={picker.found}
      nothing={picker.nothing}
      picked={picked}
      isInvalid={isInvalid}
      isFirst
      onPick={onPick}
      queryKey={['candidates', 'people', except ?? '']}
      find={async (search, signal) => await findPeople(search, except, signal)}
    />
  );
}

async function findPeople(search: string, except: string | undefined, signal: AbortSignal): Promise<readonly Found[]> {
  const { results } = await read(api.GET('/api/people', { params: { query: { search, limit: FOUND_MAX } }, signal }));
  return results.flatMap((person) =>
    person.presence !== 'present' || person.id === except
      ? []
      : [
          {
            id: person.id,
            name: person.name ?? person.userName ?? person.id,
            detail: [person.title, person.userName].filter((part) => part !== null).join(' · '),
          },
        ],
  );
}
