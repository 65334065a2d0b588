import { RANDOM_LENGTH_MAX } from '../limits.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

/** The kinds of characters, by the parameter that says how many there are at least. */
const kinds = [
  ['MinimumNumbers', '0123456789'],
  ['MinimumSpecialCharacters', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  ['MinimumCapital', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['MinimumLowerCase', 'abcdefghijklmnopqrstuvwxyz'],
] as const;

export const randomString: FunctionDefinition = {
  name: 'RandomString',
  parameters: [
    required('Length', 'Integer'),
    ...kinds.map(([name]) => required(name, 'Integer')),
    optional('CharactersToAvoid'),
  ],
  summary: `Random characters, ${RANDOM_LENGTH_MAX} at most. What the minimums leave open is filled from the kinds whose minimum is not 0, or from all of them if each is 0.`,
  evaluate: (args) => {
    const length = lengthOf(args);
    const avoided = args.text('CharactersToAvoid') ?? '';
    const wanted = kinds.map(([name, characters]) => {
      const allowed = characters.split('').filter((character) => !avoided.includes(character));
      return { name, allowed, least: minimumOf(args, name) };
    });
    const total = wanted.reduce((sum, { least }) => sum + least, 0);
    if (total > length) throw args.fault('Length', `Length is ${length}, and the minimums add up to ${total}.`);
    for (const { name, allowed, least } of wanted) {
      if (least > 0 && allowed.length === 0)
        throw args.fault('CharactersToAvoid', `it leaves no character for ${name}.`);
    }
    const isNoneAsked = total === 0;
    const filling = wanted.flatMap(({ allowed, least }) => (isNoneAsked || least > 0 ? allowed : []));
    if (length > 0 && filling.length === 0) throw args.fault('CharactersToAvoid', 'it leaves no character at all.');
    const characters = [
      ...wanted.flatMap(({ allowed, least }) => pick(args, allowed, least)),
      ...pick(args, filling, length - total),
    ];
    return shuffle(args, characters).join('');
  },
};

function lengthOf({ integer, fault }: Arguments): number {
  const length = integer('Length');
  if (length >= 0n && length <= BigInt(RANDOM_LENGTH_MAX)) return Number(length);
  throw fault('Length', `Length is ${length}; it must be from 0 to ${RANDOM_LENGTH_MAX}.`);
}

function minimumOf({ integer, fault }: Arguments, name: string): number {
  const minimum = integer(name);
  if (minimum < 0n) throw fault(name, `${name} is ${minimum}, and cannot be negative.`);
  return Number(minimum);
}

function pick({ context }: Arguments, characters: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, () => characters[context.random(characters.length)] ?? '');
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffle({ context }: Arguments, characters: readonly string[]): readonly string[] {
  const shuffled = [...characters];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = context.random(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? '', shuffled[last] ?? ''];
  }
  return shuffled;
}
