import { count } from './counts.ts';

export const sourceSetup = {
  label: 'Set-up of Entra ID',
  done: 'done',
  now: 'current step',
  later: 'later',
  stepLabel: (step: number, state: string) => `Step ${step}, ${state}`,
  finished: 'Entra ID is connected, and sends people.',
  chip: {
    test: 'waiting for Test Connection',
    person: 'waiting for the first person',
    cycle: 'waiting for the first cycle',
    done: 'connected',
  },
  steps: {
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
      tenantUrl: 'Tenant URL',
      secretToken: 'Secret Token',
      createToken: 'Create token…',
      newToken: 'Create another…',
      hidden: (prefix: string) => `${prefix}••••••••••••••••`,
      noToken: 'no token yet',
      listening:
        'Listening. Entra ID searches for a user and a group that do not exist; both requests appear here as they arrive.',
      cannotListen:
        'Your role cannot read requests, so they do not appear here. Entra ID says whether Test Connection succeeded.',
      user: 'Searched for a user who does not exist; none found, as expected',
      group: 'Searched for a group that does not exist; none found, as expected',
      waitingUser: 'waiting for the search for a user…',
      waitingGroup: 'waiting for the search for a group…',
      answered: (status: number) => `answered ${status}`,
      succeeded: (at: string) => `Test Connection succeeded at ${at}. Click Create in Entra ID.`,
      groupsOff: 'The rule Groups is off, so groups are answered with an empty list. Test Connection still succeeds.',
      problems: {
        keyExpired: 'The Secret Token in Entra ID has expired. Create another one and enter it in Entra ID.',
        keyRevoked: 'The Secret Token in Entra ID was revoked. Create another one and enter it in Entra ID.',
        keyAddress:
          'The Secret Token may not be used from the address of Entra ID. Change its allowed addresses under Keys.',
        roleForbidden: 'The key belongs to a role that cannot provision. Create a Secret Token here instead.',
        path: 'The path is wrong. Copy the Tenant URL above exactly, with /scim/v2/ and the flag at its end.',
        other: 'Entra ID was refused. Open the request to see why.',
      },
      openRequest: 'Open the request',
      blocked: 'Nothing has arrived for a minute. This may block it:',
      blockers: {
        token:
          'A Secret Token that this server does not know: it belongs to no source, so its requests do not appear here. Create another one above.',
        firewall:
          'A firewall or proxy that does not let Entra ID in. Its addresses have the service tag AzureActiveDirectory; it sends no User-Agent.',
        private: (host: string) =>
          `${host} is an address that only this machine or network can reach. Entra ID needs a public https address: set TANHUA_PUBLIC_URL.`,
        http: 'The Tenant URL starts with http. Entra ID needs https with a certificate of a public authority, and TLS 1.2 or newer.',
        url: 'Another Tenant URL in Entra ID. Copy the one above exactly.',
      },
      noFlag:
        'The last request came without the flag aadOptscim062020: Entra ID then only creates new users. Copy the Tenant URL above with its ending into Entra ID.',
    },
    map: {
      title: 'Map attributes',
      path: 'Mappings → Provision Microsoft Entra ID Users',
      fits: {
        strict: 'The rules of this source refuse addresses as user names, so they need the mapping of the guide.',
        any: 'The rules of this source accept both mappings.',
      },
      presets: { guide: 'The guide’s mapping', entra: 'Entra ID’s default' },
      choose: 'Mapping',
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
      ],
      arrived: (people: number) => `${count(people, 'person has', 'people have')} arrived.`,
    },
    demand: {
      title: 'Provision one person on demand, and watch them arrive',
      path: 'Provision on demand → choose an assigned person → Provision.',
      waiting: 'Listening. The person appears here.',
      noFlag: 'Provision on demand does not use the flag; that is how Entra ID works.',
      open: (name: string) => `Open ${name}`,
      why: 'why, and the fix',
    },
    start: {
      title: 'Start',
      path: 'Overview → Start provisioning.',
      next: 'The first cycle sends everyone in scope: count with 20 minutes to several hours for thousands of people. Then Entra ID returns about every 40 minutes and sends only what changed.',
      seen: (duration: string) => `Entra ID returns about every ${duration}.`,
      watch: 'Watch the requests',
    },
  },
} as const;
