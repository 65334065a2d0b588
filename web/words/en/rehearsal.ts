import { assignments, credentials, settings, status } from './rehearsal-application.ts';
import { mappings, scope } from './rehearsal-mappings.ts';
import { applications, field, groups, tenant, tenants, users } from './rehearsal-tenant.ts';

export const rehearsal = {
  about:
    'A stand-in for Microsoft Entra ID: a tenant with people and groups, and an enterprise application that provisions them as Entra ID does. Nothing here reaches Microsoft.',
  off: {
    title: 'The stand-in for Entra ID is off',
    how: 'Turn it on',
    steps: 'Set these environment variables for the server, and start the server again.',
    settings: 'Settings of the server',
    networks:
      'TANHUA_TARGETS_ALLOWED lists the internal addresses that the stand-in may send requests to. 127.0.0.0/8 lets it provision to this server. Public addresses need no entry.',
  },
  unknownTenant: 'This tenant does not exist',
  unknownApplication: 'This application does not exist',
  unknownHelp: 'It was deleted, or the address is wrong.',
  toTenants: 'Show the tenants',
  toApplications: 'Show the enterprise applications',
  picker: {
    group: 'Group',
    user: {
      placeholder: 'Name or address',
      found: 'Users found',
      nothing: (text: string) => `No user has a name or address with a word that begins with “${text}”.`,
    },
    principal: {
      placeholder: 'Name or address',
      found: 'Users and groups found',
      nothing: (text: string) => `No user or group has a name with a word that begins with “${text}”.`,
    },
  },
  tenants,
  tenant,
  users,
  field,
  groups,
  applications,
  credentials,
  assignments,
  mappings,
  scope,
  settings,
  status,
  application: {
    tabsLabel: (application: string) => `Provisioning of ${application}`,
    below: 'Enterprise application',
    tabs: {
      credentials: 'Admin Credentials',
      mappings: 'Mappings',
      scope: 'Scope',
      assignments: 'Users and groups',
      settings: 'Settings',
      status: 'Provisioning',
      'on-demand': 'Provision on demand',
      logs: 'Provisioning logs',
      compare: 'Comparison',
      faults: 'Faults on demand',
      expressions: 'Expression builder',
    },
  },
  job: {
    state: {
      running: 'Cycle in progress',
      on: 'Provisioning on',
      off: 'Provisioning off',
      quarantine: 'In quarantine',
      notConfigured: 'Not configured',
    },
  },
} as const;
