import { fixesInAdvice } from '#base/reasons/rule-fixes.ts';
import { areFixesMade } from '#integrations/made-fixes.ts';
import type { ProposedRule } from '../data/rules-path.ts';
import { useSources } from '../data/sources.ts';
import { useWords } from '../words/words.tsx';

interface Props {
  /** The rules that refused the people, with their values of today. */
  readonly fixes: readonly ProposedRule[];
  /** The number of people that were refused; undefined if it is not known whether they are still missing. */
  readonly people?: number;
}

/** Says that the rules that refused people no longer do, and that the source has to send the people again. */
export function ChangedRules({ fixes, people }: Props) {
  const { again, sources } = useWords();
  const titles: Readonly<Record<string, { readonly name: string } | undefined>> = sources.rules.rule;
  return (
    <>
      {again.changed(fixes.map(({ rule }) => titles[rule]?.name ?? rule))}
      {people !== undefined && ` ${again.send(people)}`}
    </>
  );
}

/**
 * Returns the rules that the text of a refusal says to change if the source has these values already; else undefined.
 *
 * @param text What the server answered.
 * @param sourceId The source that sent the request; undefined for other callers.
 */
export function useChangedRules(
  text: string | null | undefined,
  sourceId: string | undefined,
): readonly ProposedRule[] | undefined {
  const { data } = useSources();
  const rules = data?.find(({ id }) => id === sourceId)?.rules;
  const fixes = fixesInAdvice(text ?? '');
  return rules !== undefined && areFixesMade(rules, fixes) ? fixes : undefined;
}
