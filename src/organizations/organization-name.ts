/** The name of the first organization until an administrator changes it. */
export const UNNAMED_ORGANIZATION = 'My organization';

/** Returns the name of an organization for emails and pages; the name of the product if the organization has not been named. */
export function organizationLabel(name: string | undefined): string {
  return name === undefined || name === UNNAMED_ORGANIZATION ? 'Tanhua' : name;
}
