/** Where the console has the action that an advice of the server names as a command. */
export const consoleWay = {
  theSource: 'the source',
  rules: (source: string, rules: string) => `Sources → ${source} → Rules → ${rules}`,
  keys: 'Sources → the source → Keys',
  createOne: 'Create one under Sources → the source → Keys.',
  restore: (id: string) => `an administrator restores the person: People → ${id} → Restore`,
  confirm: (name: string) => `To confirm: People → ${name} → Confirm the adoption`,
  confirmAny: 'People → the person → Confirm the adoption',
} as const;
