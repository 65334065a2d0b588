/** The name of the first organization until it gets one. */
export const UNNAMED_ORGANIZATION = 'My organization';

/** The name of an organization for mails and pages: the product's, as long as the organization has none. */
export function organizationLabel(name: string | undefined): string {
  return name === undefined || name === UNNAMED_ORGANIZATION ? 'Tanhua' : name;
}
