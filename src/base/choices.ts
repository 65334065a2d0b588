import { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** One option that is set with NAME=VALUE: a rule of an integration or a setting of an organization. */
export interface Choice {
  readonly schema: z.ZodBoolean | z.ZodNumber | z.ZodEnum | z.ZodString;
  readonly description: string;
}

export type ChoiceValue = boolean | number | string;

/**
 * Returns a copy of `values` in which the value called `name` is the value of `text`. The name is case-insensitive. Throws `usage`,
 * with the list of all names or of the allowed values, if the name is unknown or the value is not allowed.
 */
export function withChoice<Values extends Readonly<Record<string, ChoiceValue>>>(
  kind: 'rule' | 'setting',
  choices: Readonly<Record<keyof Values & string, Choice>>,
  values: Values,
  name: string,
  text: string,
): Values {
  const names = Object.keys(choices) as readonly (keyof Values & string)[];
  const known = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    throw new AppError('usage', `There is no ${kind} "${name}". The ${kind}s are ${names.join(', ')}.`, {
      attribute: name,
    });
  }
  const { schema } = choices[known];
  const result = schema.safeParse(fromText(schema, text));
  if (result.success) return { ...values, [known]: result.data };
  throw new AppError(
    'usage',
    `The ${kind} ${known} cannot be "${text}". Allowed values: ${alternatives(choiceValues(choices[known]))}${reasonOf(schema, result.error)}.`,
    { attribute: known, value: text },
  );
}

/**
 * Returns words as a list of alternatives.
 *
 * @example
 * alternatives(['off', 'writes', 'all']); // 'off, writes or all'
 */
export function alternatives(words: readonly string[]): string {
  const [last = '', ...others] = words.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
}

/** Returns what the schema of a text requires in addition to its length, as the end of a sentence; an empty text if nothing. */
function reasonOf(schema: Choice['schema'], { issues }: z.core.$ZodError): string {
  const custom = issues.find(({ code }) => code === 'custom');
  return schema instanceof z.ZodString && custom !== undefined ? `, which ${custom.message}` : '';
}

/** Returns the values that a choice can have, as they are written on the command line. */
export function choiceValues({ schema }: Choice): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodString) return [`a text of at most ${schema.maxLength} characters`];
  return schema instanceof z.ZodBoolean ? ['on', 'off'] : [`${schema.minValue} to ${schema.maxValue}`];
}

/** Returns a value as it is written on the command line. */
export function printChoice(value: ChoiceValue): string {
  return value === true ? 'on' : value === false ? 'off' : String(value);
}

/** Converts a text to the type of the schema. A text that cannot be converted is returned unchanged, and the schema refuses it. */
function fromText(schema: Choice['schema'], text: string): ChoiceValue {
  if (schema instanceof z.ZodNumber) return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) return text === 'on' || (text === 'off' ? false : text);
  return text;
}
