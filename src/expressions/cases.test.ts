import { expect, test } from 'vitest';
import cases from './cases.fixture.json' with { type: 'json' };
import { evaluateWith } from './evaluate-with.fixture.ts';

interface Case {
  readonly expression: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly value?: string | readonly string[];
  readonly pattern?: string;
  readonly dropped?: true;
  readonly redacted?: true;
}

/** The examples in Microsoft's documentation. Where the documentation is wrong, the expected value is the one that .NET returns. */
test.for(cases as readonly Case[])(
  '$expression with $input returns the documented result',
  ({ expression, input, value, pattern, dropped, redacted }) => {
    const found = evaluateWith(expression, input);
    if (dropped === true) expect(found).toEqual({ kind: 'dropped' });
    else if (pattern === undefined) expect(found).toEqual({ kind: 'value', value, ...(redacted && { redacted }) });
    else expect(found).toMatchObject({ value: expect.stringMatching(new RegExp(pattern)) });
  },
);
