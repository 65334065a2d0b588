export const settingsRules = {
  below: 'The rules that a new source starts with',
  help: 'These rules are copied to a source when it is added, unless another preset is chosen there.',
  existing: 'Sources that exist keep their rules. Change those on the page of each source, in Rules.',
  toSources: 'Open the sources',
  setAll: (preset: string) => `Set all rules to ${preset}`,
  saved: 'Saved. The next source that is added starts with these rules.',
} as const;
