import type { FunctionDefinition } from '../function-definition.ts';

/** Graph lists this function, but Microsoft's documentation does not describe it. */
export const defaultDomain: FunctionDefinition = {
  name: 'DefaultDomain',
  parameters: [],
  summary: 'Returns the default domain of the tenant.',
  evaluate: ({ context, fault }) => {
    if (context.defaultDomain === undefined) throw fault(undefined, ({ evaluating }) => evaluating.noDefaultDomain);
    return context.defaultDomain;
  },
};
