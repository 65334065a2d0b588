export const settingsAbout = {
  below: 'Which version runs, on which database',
  hidden: 'The sizes are shown to an administrator who may create organizations.',
  docs: 'Documentation of the API',
  openapi: 'OpenAPI document',
  guides: 'The guides are in the folder of the program:',
  changes: 'What changed between versions:',
  commands: 'All commands:',
  more: 'More',
  open: 'All about this server',
} as const;
