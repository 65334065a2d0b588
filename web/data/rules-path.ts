/** A rule of a source with a value that a link proposes. */
export interface ProposedRule {
  readonly rule: string;
  readonly value: string;
}

const SEPARATOR = ',';
const ASSIGNMENT = ':';

/**
 * Returns the page with the rules of a source on which the first rule is highlighted and the values are chosen, but not saved.
 *
 * @example
 * rulesPath(source.id, [{ rule: 'email', value: 'optional' }]); // '/sources/…/rules?rule=email&propose=email:optional'
 */
export function rulesPath(sourceId: string, fixes: readonly ProposedRule[]): string {
  const [first] = fixes;
  if (first === undefined) return `/sources/${sourceId}/rules`;
  const propose = fixes.map(({ rule, value }) => `${rule}${ASSIGNMENT}${value}`).join(SEPARATOR);
  return `/sources/${sourceId}/rules?rule=${first.rule}&propose=${propose}`;
}

/** Returns the page with the rules of a source on which one rule is highlighted, and nothing is proposed. */
export function rulePath(sourceId: string, rule: string): string {
  return `/sources/${sourceId}/rules?rule=${encodeURIComponent(rule)}`;
}

/** Reads the proposed rules of a page that `rulesPath` leads to. */
export function proposedIn(parameters: URLSearchParams): readonly ProposedRule[] {
  const texts = (parameters.get('propose') ?? '').split(SEPARATOR);
  return texts.flatMap((text) => {
    const [rule = '', value = ''] = text.split(ASSIGNMENT);
    return rule === '' || value === '' ? [] : [{ rule, value }];
  });
}
