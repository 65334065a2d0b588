/** The search for one person in a form. */
export const picker = {
  placeholder: 'Name, address or number',
  found: 'People found',
  nothing: (text: string) => `No person matches “${text}”.`,
} as const;

export const filters = {
  any: 'any',
  apply: 'Apply',
  remove: (filter: string) => `Remove the filter ${filter}`,
  clear: 'Clear filters',
} as const;
