import { z } from 'zod';
import { storedJson } from '#base/stored-json.ts';
import { secretNames, type ApplicationSecrets } from './application.ts';
import { storedSettings } from './settings.ts';

const credentialNames = [
  ...secretNames,
  'oauth2ClientId',
  'oauth2TokenExchangeUri',
] as const satisfies readonly (keyof ApplicationSecrets)[];

export const readSettings = storedJson('entra_applications.settings', storedSettings);
export const readSecretsNeeded = storedJson('entra_applications.secrets_needed', z.array(z.enum(secretNames)));
/** Parses the decrypted JSON of an application's credentials. */
export const readSecrets = storedJson<ApplicationSecrets>(
  'entra_applications.secrets',
  z.partialRecord(z.enum(credentialNames), z.string()),
);
