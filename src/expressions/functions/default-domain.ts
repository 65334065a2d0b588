import type { FunctionDefinition } from '../function-definition.ts';

/** Graph lists it, and no page describes it. */
export const defaultDomain: FunctionDefinition = {
  name: 'DefaultDomain',
  parameters: [],
  summary: 'The default domain of the tenant.',
  evaluate: ({ context, fault }) => {
    if (context.defaultDomain === undefined) throw fault(undefined, 'the source has no default domain.');
    return context.defaultDomain;
  },
};
