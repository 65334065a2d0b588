/** The fields that were typed into a form and are not saved, each with what was saved when typing began. */
export type TypedValues<Values extends object> = {
  readonly [Name in keyof Values]?: { readonly value: Values[Name]; readonly before: Values[Name] };
};

/** Returns what a form shows: what was typed, and what is saved where nothing was typed. */
export function shownValues<Values extends object>(saved: Values, typed: TypedValues<Values>): Values {
  return { ...saved, ...changesOf(typed) };
}

/** Returns the fields that were typed, as they would be saved. */
export function changesOf<Values extends object>(typed: TypedValues<Values>): Partial<Values> {
  const fields = namesOf(typed).map((name) => [name, typed[name]?.value] as const);
  return Object.fromEntries(fields) as Partial<Values>;
}

/** Adds what was typed into a field. A field with the value that is saved was not typed. */
export function withTyped<Values extends object, Name extends keyof Values>(
  typed: TypedValues<Values>,
  saved: Values,
  name: Name,
  value: Values[Name],
): TypedValues<Values> {
  if (isSame(value, saved[name])) return withoutNames(typed, [name]);
  const before = typed[name] === undefined ? saved[name] : typed[name].before;
  return { ...typed, [name]: { value, before } };
}

/** Returns the fields without those that were saved. A field that was typed again meanwhile stays, and compares with what was sent. */
export function withoutSent<Values extends object>(
  typed: TypedValues<Values>,
  sent: Partial<Values>,
): TypedValues<Values> {
  const rest = namesOf(typed).flatMap((name) => {
    const { [name]: one } = typed;
    if (one === undefined || !(name in sent)) return [[name, one] as const];
    return isSame(one.value, sent[name]) ? [] : [[name, { ...one, before: sent[name] }] as const];
  });
  return Object.fromEntries(rest) as TypedValues<Values>;
}

export function withoutNames<Values extends object>(
  typed: TypedValues<Values>,
  names: readonly (keyof Values)[],
): TypedValues<Values> {
  const rest = namesOf(typed).filter((name) => !names.includes(name));
  return Object.fromEntries(rest.map((name) => [name, typed[name]])) as TypedValues<Values>;
}

/**
 * Returns the fields that were typed and whose saved value is another one since typing began, because another administrator saved the form.
 *
 * @example
 * changedMeanwhile({ title: 'Pilot' }, { title: { value: 'Cook', before: 'Clerk' } }); // ['title']
 */
export function changedMeanwhile<Values extends object>(
  saved: Values,
  typed: TypedValues<Values>,
): readonly (keyof Values)[] {
  return namesOf(typed).filter((name) => {
    const { [name]: one } = typed;
    return one !== undefined && !isSame(saved[name], one.before) && !isSame(saved[name], one.value);
  });
}

function namesOf<Values extends object>(typed: TypedValues<Values>): readonly (keyof Values)[] {
  return Object.keys(typed) as (keyof Values)[];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
