import { defineReason, sameAdvice } from './reason.ts';

type Unescaped = {
  readonly attribute: string;
  readonly character: 'quotation mark' | 'backslash';
  /** A sentence that says where the filter cannot be read, without the value. */
  readonly fault: string;
};

/** Reasons why a filter is refused. */
export const filterReasons = {
  filterValueUnescaped: defineReason({
    code: 'filterSyntax',
    says: ({ attribute, character, fault }: Unescaped) =>
      `${fault} The value of ${attribute} has a ${character} that is not escaped.`,
    advice: ({ character }) =>
      sameAdvice(
        `Write ${character === 'backslash' ? '\\\\ for a backslash' : '\\" for a quotation mark'} in a value.`,
        {
          scim: `Entra ID does not escape a ${character} in a name: rename the group or the user there, or match groups by objectId → externalId instead of displayName. Other clients write ${character === 'backslash' ? '\\\\' : '\\"'} for it.`,
          csv: undefined,
          portal: undefined,
        },
      ),
    examples: [
      { attribute: 'displayName', character: 'quotation mark', fault: 'The filter cannot be read at position 25.' },
      { attribute: 'displayName', character: 'backslash', fault: 'The filter cannot be read at position 15.' },
    ],
  }),
} as const;
