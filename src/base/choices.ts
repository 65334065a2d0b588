import { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** What can be set by NAME=VALUE: an integration's rules, an organization's settings. */
export interface Choice {
  readonly schema: z.ZodBoolean | z.ZodNumber | z.ZodEnum | z.ZodString;
  readonly description: string;
}

export type ChoiceValue = boolean | number | string;

/**
 * Values with one changed by its name, in any case, and the text of the new value. Throws `usage` that lists the names,
 * or the values, that there are.
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
    `The ${kind} ${known} cannot be "${text}". It can be ${choiceValues(choices[known]).join(' or ')}${reasonOf(schema, result.error)}.`,
    { attribute: known, value: text },
  );
}

/** What a text must be besides its length. */
function reasonOf(schema: Choice['schema'], { issues }: z.core.$ZodError): string {
  const custom = issues.find(({ code }) => code === 'custom');
  return schema instanceof z.ZodString && custom !== undefined ? `, and ${custom.message}` : '';
}

/** The values that a choice can have, as the command line writes them. */
export function choiceValues({ schema }: Choice): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodString) return [`a text of at most ${schema.maxLength} characters`];
  return schema instanceof z.ZodBoolean ? ['on', 'off'] : [`${schema.minValue} to ${schema.maxValue}`];
}

/** A value as the command line writes it. */
export function printChoice(value: ChoiceValue): string {
  return value === true ? 'on' : value === false ? 'off' : String(value);
}

/** A text that is no value of the schema's type stays a text, which the schema refuses. */
function fromText(schema: Choice['schema'], text: string): ChoiceValue {
  if (schema instanceof z.ZodNumber) return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) return text === 'on' || (text === 'off' ? false : text);
  return text;
}
