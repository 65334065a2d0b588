export const setupOfOther = {
  chip: 'waiting for the first request',
  application: {
    title: 'Turn on provisioning by SCIM 2.0 in the source',
    paths: [
      'Open the administration of the product that should send people, and its application for this directory.',
      'Turn on provisioning, and choose SCIM 2.0 with a bearer token. OneLogin: SCIM Provisioner with SAML (SCIM v2). JumpCloud: Identity Management → SCIM 2.0. PingOne: Provisioning → SCIM Outbound. Google Workspace: Autoprovisioning.',
    ],
    need: 'You need the right to change applications there.',
  },
  connect: {
    title: 'Enter these in the source, then test the connection there',
    url: 'Base URL',
    token: 'Bearer token',
    listening: 'Listening. The first request appears here as it arrives.',
    succeeded: (at: string) => `A request was answered at ${at}. Save the settings in the source.`,
    waiting: 'waiting for the first request…',
    firewall: 'A firewall or proxy that does not let the source in.',
  },
  map: {
    title: 'Map attributes',
    paths: [
      'Map a unique name to userName, and the work address to the primary email.',
      'Attributes that the source sends and the directory does not know are ignored, and listed with each request.',
    ],
  },
  scope: {
    title: 'Choose whom the source sends',
    paths: ['Assign the people and groups who should be here. Most products send only those.'],
  },
  demand: {
    title: 'Send one person, and watch them arrive',
    paths: ['Assign one person, and save.'],
  },
  start: {
    title: 'Assign the others',
    paths: ['Assign everyone who should be here. Most products send a change when it happens.'],
    seen: (duration: string) => `The source sends something about every ${duration}.`,
  },
} as const;
