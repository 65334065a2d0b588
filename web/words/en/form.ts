import { bytes } from './counts.ts';

/** What forms have in common. */
export const form = {
  password: 'Your password',
  passwordHelp: 'This gives access or changes how accounts are protected, so please confirm that it is you.',
  saved: 'Saved.',
  meanwhile: (fields: string) =>
    `Changed by another administrator since you began to type: ${fields}. What you typed is kept, and replaces that change when you save it.`,
  mappings: 'mappings and scope',
  useSaved: 'Show what is saved',
  file: {
    tooLarge: (size: number, sizeMax: number) =>
      `The file has ${bytes(size)}, and an import accepts at most ${bytes(sizeMax)}. Split it, or import it with the command line.`,
    notUtf8: 'The file is not UTF-8. Save it again as UTF-8 (in Excel: Save As, “CSV UTF-8”).',
  },
} as const;
