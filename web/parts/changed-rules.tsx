import type { ProposedRule } from '../data/rules-path.ts';
import { useWords } from '../words/words.tsx';

interface Props {
  /** The rules that refused the people, with their values of today. */
  readonly fixes: readonly ProposedRule[];
  /** The number of people that were refused. */
  readonly people: number;
}

/** Says that the rules that refused people no longer do, and that the source has to send the people again. */
export function ChangedRules({ fixes, people }: Props) {
  const { again, sources } = useWords();
  const titles: Readonly<Record<string, { readonly name: string } | undefined>> = sources.rules.rule;
  return (
    <>
      {again.changed(fixes.map(({ rule }) => titles[rule]?.name ?? rule))} {again.send(people)}
    </>
  );
}
