import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Language } from '#base/words/language.ts';

/** The pages of the portal: the first segment of their paths. Any other segment is the name or the id of an organization. */
export const portalPlaces = [
  'sign-in',
  'profile',
  'password',
  'second-factor',
  'passkeys',
  'ssh-keys',
  'sessions',
] as const;

/** The paths below /portal that are pages or files of the portal, and so do not open the organization of this name. */
export const portalPaths: readonly string[] = [
  ...portalPlaces,
  'activate',
  'reset',
  'forgot',
  'assets',
  'check-password',
  'password-set',
];

/** Throws `invalidValue` (400) for a name that is also a page of the portal, since the portal of the organization could not be opened. */
export function requireNameForPortal(name: string): void {
  if (!portalPaths.includes(fold(name.trim()))) return;
  throw new TranslatedError(
    'invalidValue',
    ({ admin }) => admin.organizations.isPortalPage(quote(name), fold(name.trim())),
    { attribute: 'name', value: name },
  );
}

/** The name of the first organization until an administrator changes it. */
export const UNNAMED_ORGANIZATION = 'My organization';

const products: Readonly<Record<Language, string>> = { en: 'Tanhua', zh: '探花' };

/** Returns the name of an organization for emails and pages; the name of the product if the organization has not been named. */
export function organizationLabel(name: string | undefined, language: Language = 'en'): string {
  return name === undefined || name === UNNAMED_ORGANIZATION ? products[language] : name;
}
