import { REPLACEMENT_CHARACTER } from './decode-text.ts';
import { AppError, quote } from './errors.ts';

/** The maximum number of fields of a form; the longest form of this server has about a dozen. */
export const FORM_FIELDS_MAX = 100;

/**
 * Returns the fields of a form. Throws `tooManyKeys` for more than FORM_FIELDS_MAX fields, `duplicateKey` for a repeated field (RFC
 * 6749 §3.2), since only one of its values can be meant, and `invalidBody` for escaped bytes that are not UTF-8.
 *
 * @example
 * readForm('name=M%C3%BCller'); // URLSearchParams { name: 'Müller' }
 * readForm('name=M%FCller'); // throws `invalidBody`
 */
export function readForm(text: string): URLSearchParams {
  if (text.split('&', FORM_FIELDS_MAX + 1).length > FORM_FIELDS_MAX) {
    throw new AppError(
      'tooManyKeys',
      `The form has more than ${FORM_FIELDS_MAX} fields. Send only the fields that the request needs.`,
    );
  }
  const fields = new URLSearchParams(text);
  const names = [...fields.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AppError('duplicateKey', `The form has the field ${quote(twice)} twice. Send it once.`, {
      attribute: twice,
    });
  }
  // URLSearchParams replaces bytes that it cannot decode with the replacement character, which users do not type.
  const undecoded = [...fields].find((field) => field.some((one) => one.includes(REPLACEMENT_CHARACTER)));
  if (undecoded === undefined) return fields;
  throw new AppError(
    'invalidBody',
    `The field ${quote(undecoded[0])} of the form has bytes that are not UTF-8. Send the form in UTF-8, as browsers do.`,
    { attribute: undecoded[0] },
  );
}
