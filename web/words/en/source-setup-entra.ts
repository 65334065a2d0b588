export const setupOfEntra = {
  chip: 'waiting for Test Connection',
  application: {
    title: 'Create an application in Entra ID',
    paths: [
      'Open the Microsoft Entra admin center (entra.microsoft.com).',
      'Enterprise applications → New application → Create your own application.',
      'Enter a name, and choose “Integrate any other application you don’t find in the gallery (Non-gallery)”.',
      'In the new application: Provisioning → New configuration.',
    ],
    need: 'You need the role Application Administrator or Cloud Application Administrator.',
  },
  connect: {
    title: 'Enter these under Provisioning → Admin Credentials, then click Test Connection',
    url: 'Tenant URL',
    token: 'Secret Token',
    listening:
      'Listening. Entra ID searches for a user and a group that do not exist; both requests appear here as they arrive.',
    succeeded: (at: string) => `Test Connection succeeded at ${at}. Click Create in Entra ID.`,
    user: 'Searched for a user who does not exist; none found, as expected',
    group: 'Searched for a group that does not exist; none found, as expected',
    waitingUser: 'waiting for the search for a user…',
    waitingGroup: 'waiting for the search for a group…',
    firewall:
      'A firewall or proxy that does not let Entra ID in. Its addresses have the service tag AzureActiveDirectory; it sends no User-Agent.',
    notPublic: (origin: string) =>
      `Entra ID cannot send requests to ${origin}: it needs https and a public address, which TANHUA_PUBLIC_URL sets.`,
    rehearse: 'Until then, rehearse provisioning with the stand-in for Entra ID:',
    toRehearsal: 'Open Rehearsal',
    noFlag:
      'The last request came without the flag aadOptscim062020: Entra ID then only creates new users. Copy the Tenant URL above with its ending into Entra ID.',
  },
  map: {
    title: 'Map attributes',
    path: 'Mappings → Provision Microsoft Entra ID Users',
    strict: 'The rules of this source refuse addresses as user names, so they need the mapping of the guide.',
    any: 'The rules of this source accept both mappings.',
    presets: { guide: 'The guide’s mapping', entra: 'Entra ID’s default' },
    column: { source: 'Entra ID attribute', target: 'Target attribute', match: 'Match', copy: 'Copy the row' },
    match: (precedence: number) => `precedence ${precedence}`,
    copyRow: (target: string) => `the row of ${target}`,
    copyTable: 'Copy the table',
    copySchema: 'Copy the schema as JSON',
    schemaHelp:
      'In the format of Microsoft Graph. In Entra ID: Show advanced options → Review your schema here → paste → Save.',
  },
  scope: {
    title: 'Choose the scope and assign people',
    paths: [
      'Provisioning → Settings → Scope: “Sync only assigned users and groups” is the safe choice.',
      'Users and groups → Add user/group: assign the people and groups who should be here. Members of nested groups are not sent.',
      'Mappings: leave Provision Microsoft Entra ID Groups on to send groups, too.',
      'Single sign-on may stay disabled. To show the application in My Apps: Password-based, with the address of the portal as the Sign-on URL (/portal of this server).',
    ],
  },
  demand: {
    title: 'Provision one person on demand, and watch them arrive',
    paths: [
      'Provision on demand → choose an assigned person → Provision.',
      'Provision on demand does not use the flag; that is how Entra ID works.',
    ],
  },
  start: {
    title: 'Start',
    paths: [
      'Overview → Start provisioning.',
      'The first cycle sends everyone in scope: count with 20 minutes to several hours for thousands of people. Then Entra ID returns about every 40 minutes and sends only what changed.',
    ],
    seen: (duration: string) => `Entra ID returns about every ${duration}.`,
  },
} as const;
