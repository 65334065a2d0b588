/** A rule of an integration with the value that would accept a request. */
export interface RuleFix {
  readonly rule: string;
  readonly value: string;
}

/**
 * Returns the rules that an advice says to change with `ruleCommand`, each with its value; empty if it names none.
 *
 * @example
 * fixesInAdvice('Or make the email optional: tanhua integration set "Entra ID" email=optional.'); // [{ rule: 'email', value: 'optional' }]
 */
export function fixesInAdvice(advice: string): readonly RuleFix[] {
  const command = /\btanhua integration set (?:NAME|"(?:[^"\\]|\\.)*"…?)(?<fixes>(?: \w+=\w+)+)/.exec(advice);
  const fixes = command?.groups?.['fixes'] ?? '';
  const pairs = fixes.split(' ').filter((pair) => pair !== '');
  return pairs.map((pair) => {
    const [rule = '', value = ''] = pair.split('=');
    return { rule, value };
  });
}

/** Returns the name of the first rule that an advice says to change with `ruleCommand`; undefined if it names none. */
export function ruleInAdvice(advice: string): string | undefined {
  return fixesInAdvice(advice)[0]?.rule;
}
