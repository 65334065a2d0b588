import { RANDOM_LENGTH_MAX } from '../limits.ts';
import { optional, required, type Arguments, type FunctionDefinition } from '../function-definition.ts';

/** The kinds of characters. Each is listed with the parameter that gives its minimum. */
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
  summary: `Returns a string of random characters, at most ${RANDOM_LENGTH_MAX}. It contains at least the given number of each kind. The other characters are of the kinds whose minimum is not 0, or of all kinds if every minimum is 0.`,
  evaluate: (args) => {
    const length = lengthOf(args);
    const avoided = args.text('CharactersToAvoid') ?? '';
    const requirements = kinds.map(([name, characters]) => {
      const allowed = characters.split('').filter((character) => !avoided.includes(character));
      return { name, allowed, minimum: minimumOf(args, name) };
    });
    const total = requirements.reduce((sum, { minimum }) => sum + minimum, 0);
    if (total > length) throw args.fault('Length', ({ evaluating }) => evaluating.minimumsTooLarge(length, total));
    for (const { name, allowed, minimum } of requirements) {
      if (minimum > 0 && allowed.length === 0)
        throw args.fault('CharactersToAvoid', ({ evaluating }) => evaluating.avoidsAllOf(name));
    }
    const hasNoMinimum = total === 0;
    const fillers = requirements.flatMap(({ allowed, minimum }) => (hasNoMinimum || minimum > 0 ? allowed : []));
    if (length > 0 && fillers.length === 0)
      throw args.fault('CharactersToAvoid', ({ evaluating }) => evaluating.avoidsAll);
    const characters = [
      ...requirements.flatMap(({ allowed, minimum }) => pick(args, allowed, minimum)),
      ...pick(args, fillers, length - total),
    ];
    return shuffle(args, characters).join('');
  },
};

function lengthOf({ integer, fault }: Arguments): number {
  const length = integer('Length');
  if (length >= 0n && length <= BigInt(RANDOM_LENGTH_MAX)) return Number(length);
  throw fault('Length', ({ evaluating }) => evaluating.outOfRange('Length', length, RANDOM_LENGTH_MAX));
}

function minimumOf({ integer, fault }: Arguments, name: string): number {
  const minimum = integer(name);
  if (minimum < 0n) throw fault(name, ({ evaluating }) => evaluating.negative(name, minimum));
  return Number(minimum);
}

function pick({ context }: Arguments, characters: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, () => characters[context.random(characters.length)] ?? '');
}

/** Fisher–Yates shuffle: every order has the same probability. */
function shuffle({ context }: Arguments, characters: readonly string[]): readonly string[] {
  const shuffled = [...characters];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = context.random(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? '', shuffled[last] ?? ''];
  }
  return shuffled;
}
