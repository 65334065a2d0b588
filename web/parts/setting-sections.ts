/** The sections of the settings, in their order, each with the permission that it needs. */
export const sections = [
  { name: 'organization', permission: 'organization.read' },
  { name: 'administrators', permission: 'administrators.read' },
  { name: 'roles', permission: 'administrators.read' },
  { name: 'keys', permission: 'keys.own' },
  { name: 'mail', permission: 'mail.read' },
  { name: 'rules', permission: 'integrations.read' },
  { name: 'schemas', permission: 'organization.read' },
  { name: 'health', permission: 'organizations.create' },
  { name: 'about', permission: 'organization.read' },
  { name: 'account', permission: undefined },
] as const;

export type SectionName = (typeof sections)[number]['name'];
