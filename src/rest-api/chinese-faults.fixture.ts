import { z } from 'zod';
import { chinese } from '#base/reasons/zh/fragments.ts';

/** Values of all kinds. */
export const wrongValues: readonly unknown[] = [
  undefined,
  null,
  -1,
  0.5,
  1e12,
  '',
  '\0\n',
  'x',
  'x'.repeat(70_000),
  false,
  [],
  [''],
  [1],
  [{}],
  {},
  { other: 1 },
];

/** The values that a field accepts, such as the names of roles, are the same in every language. */
const acceptedValues = /以下值[^：]*：[^；]*/g;
/** Two adjacent English words in lowercase. A single one is the name of a field or of a value, and a method of HTTP is uppercase. */
const englishWords = /[a-z]{2,} [a-z]{2,}/;

/** Returns what the schema of a field says about values of all kinds, each message once. */
function faultsOf(schema: z.ZodType): ReadonlySet<string> {
  return new Set(
    wrongValues.flatMap((value) => schema.safeParse(value).error?.issues.map(({ message }) => message) ?? []),
  );
}

function fieldsOf(schema: unknown): readonly (readonly [string, z.ZodType])[] {
  if (!(schema instanceof z.ZodType)) return [];
  const fields = schema instanceof z.ZodObject ? Object.entries(schema.shape as Record<string, z.ZodType>) : [];
  return [['', schema], ...fields.flatMap(([name, field]) => [[name, field] as const, ...fieldsOf(field)])];
}

/** Returns the faults that a request with wrong values of all kinds has, and that are wholly or partly English in Chinese. */
export function untranslatedFaults(...schemas: readonly unknown[]): readonly string[] {
  return schemas.flatMap(fieldsOf).flatMap(([name, schema]) =>
    [...faultsOf(schema)]
      .map(chinese)
      .filter(isEnglish)
      .map((fault) => `${name}: ${fault}`),
  );
}

/** True if a text for a reader of Chinese has no Chinese characters, or has English words. */
export function isEnglish(shown: string): boolean {
  return !/\p{Script=Han}/u.test(shown) || englishWords.test(shown.replaceAll(acceptedValues, ''));
}
