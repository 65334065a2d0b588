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
  period: {
    label: 'Period',
    names: { hour: 'the last hour', day: 'the last 24 hours', week: 'the last 7 days', month: 'the last 30 days' },
    all: 'all time',
    start: 'the beginning',
    between: (from: string, to: string) => `${from} to ${to}`,
  },
} as const;
