/**
 * Returns a function that reads the text of a field; empty if the form has no such field.
 *
 * @example
 * const text = textsOf(new FormData(form));
 * text('name').trim();
 */
export function textsOf(form: FormData): (name: string) => string {
  return (name) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
}

/** Returns the body field with the password, or nothing if none was typed: after a sign-in with a passkey, none is needed. */
export function passwordOf(form: FormData): { readonly password?: string } {
  const password = textsOf(form)('password');
  return password === '' ? {} : { password };
}
