import { useState } from 'react';
import {
  changedMeanwhile,
  changesOf,
  shownValues,
  withoutNames,
  withoutSent,
  withTyped,
  type TypedValues,
} from './typed-values.ts';

/**
 * Keeps what is typed into a form while its data is read again: a field without typed text follows the server, and the others stay.
 *
 * @param saved The values of the server.
 *
 * @example
 * const form = useTyped({ title: user.title });
 * <input value={form.values.title} onChange={(event) => form.set('title', event.currentTarget.value)} />
 */
export function useTyped<Values extends object>(saved: Values) {
  const [typed, setTyped] = useState<TypedValues<Values>>({});
  return {
    values: shownValues(saved, typed),
    /** The fields that differ from what is saved. */
    changes: changesOf(typed),
    isChanged: Object.keys(typed).length > 0,
    /** The typed fields that another administrator has saved with another value since. */
    meanwhile: changedMeanwhile(saved, typed),
    set: <Name extends keyof Values>(name: Name, value: Values[Name]) =>
      setTyped((current) => withTyped(current, saved, name, value)),
    /** Forgets what was saved. What was typed since it was sent stays. */
    sent: (changes: Partial<Values>) => setTyped((current) => withoutSent(current, changes)),
    /** Shows what is saved in these fields. */
    discard: (names: readonly (keyof Values)[]) => setTyped((current) => withoutNames(current, names)),
  };
}
