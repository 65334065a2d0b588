export const setupOfOkta = {
  chip: 'waiting for the first request',
  application: {
    title: 'Create an application in Okta',
    paths: [
      'Open the Okta Admin Console.',
      'Applications → Browse App Catalog → “SCIM 2.0 Test App (OAuth Bearer Token)” → Add Integration. In an application of your own: General → Provisioning → SCIM; the URL is then named SCIM connector base URL, and the token HTTP Header.',
      'In the new application: Provisioning → Integration → Configure API Integration → Enable API integration.',
    ],
    need: 'You need the role Super Administrator or Application Administrator.',
  },
  connect: {
    title: 'Enter these under Provisioning → Integration, then click Test API Credentials',
    url: 'SCIM 2.0 Base Url',
    token: 'OAuth Bearer Token',
    listening: 'Listening. Okta asks for a page of users; the request appears here as it arrives.',
    succeeded: (at: string) => `A request was answered at ${at}. Click Save in Okta.`,
    waiting: 'waiting for the first request…',
    notPublic: (origin: string) =>
      `Okta cannot send requests to ${origin}: it needs https and a public address, which TANHUA_PUBLIC_URL sets.`,
    firewall: 'A firewall or proxy that does not let Okta in. Okta publishes the addresses of its cells.',
  },
  map: {
    title: 'Map attributes',
    paths: [
      'Provisioning → To App → Edit: turn on Create Users, Update User Attributes and Deactivate Users → Save.',
      'Below, under Attribute Mappings: the defaults work. Okta sends the login as userName.',
    ],
  },
  scope: {
    title: 'Choose whom Okta sends',
    paths: [
      'Assignments → Assign: only people and groups who are assigned are sent.',
      'Push Groups: choose the groups that should be here with their members.',
    ],
  },
  demand: {
    title: 'Assign one person, and watch them arrive',
    paths: ['Assignments → Assign → Assign to People → choose one person → Save and Go Back. Okta sends it at once.'],
  },
  start: {
    title: 'Assign the others',
    paths: [
      'Assignments → Assign → Assign to Groups.',
      'Okta has no cycle: it sends each change within seconds or minutes, and nothing while nothing changes. It does not delete people: it makes them inactive.',
    ],
    seen: (duration: string) => `Okta sends something about every ${duration}.`,
  },
} as const;
