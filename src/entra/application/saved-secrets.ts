import { changeSecret, originOf, SECRET_MASK, type Destinations } from '#outbound/bound-secret.ts';
import { secretNames, type ApplicationSecrets, type ApplicationSettings, type SecretName } from './application.ts';
import { checkSecrets } from './settings.ts';

/** The secrets to change: a new value, the mask to keep the saved value, or null to delete it. Absent secrets stay unchanged. */
export type SecretsChange = { readonly [Name in keyof ApplicationSecrets]?: string | null };

/** The name of each secret in Graph. Messages use these names. */
export const secretLabels: Readonly<Record<SecretName, string>> = {
  secretToken: 'SecretToken',
  oauth2ClientSecret: 'Oauth2ClientSecret',
};

interface Connection {
  readonly settings: Pick<ApplicationSettings, 'tenantUrl'>;
  readonly secrets: ApplicationSecrets;
}

/**
 * Returns the URLs that each secret belongs to. The Secret Token is sent to the target. The client secret is sent to the token endpoint,
 * and the token that the endpoint returns is sent to the target.
 */
function destinationsOf({ settings, secrets }: Connection): Readonly<Record<SecretName, Destinations>> {
  const BaseAddress = originOf(settings.tenantUrl);
  const endpoint = secrets.oauth2TokenExchangeUri;
  const Oauth2TokenExchangeUri = endpoint === undefined ? undefined : (URL.parse(endpoint)?.href ?? endpoint);
  return { secretToken: { BaseAddress }, oauth2ClientSecret: { BaseAddress, Oauth2TokenExchangeUri } };
}

/**
 * Applies a change to the secrets, the Tenant URL or the token endpoint. `deleted` in the result names the saved secrets that are deleted
 * because they were entered for another URL. Throws `invalidValue`. Throws `secretNeeded` if the change contains the mask for one of these
 * secrets, because the saved secret cannot be kept.
 */
export function changeSecrets(
  before: Connection,
  settings: Connection['settings'],
  change: SecretsChange,
): { readonly secrets: ApplicationSecrets; readonly deleted: readonly SecretName[] } {
  const open = valuesOf({
    oauth2ClientId: keepOrReplace(before.secrets.oauth2ClientId, change.oauth2ClientId),
    oauth2TokenExchangeUri: keepOrReplace(before.secrets.oauth2TokenExchangeUri, change.oauth2TokenExchangeUri),
  });
  const [from, to] = [destinationsOf(before), destinationsOf({ settings, secrets: open })];
  const changed = secretNames.map((name) => {
    const saved = before.secrets[name];
    const given = change[name];
    return [
      name,
      changeSecret({ name: secretLabels[name], saved, given, before: from[name], after: to[name] }),
    ] as const;
  });
  const secrets = Object.fromEntries(changed.map(([name, { value }]) => [name, value]));
  return {
    secrets: checkSecrets(valuesOf({ ...open, ...secrets })),
    deleted: changed.flatMap(([name, { deletedBy }]) => (deletedBy === undefined ? [] : [name])),
  };
}

/** Returns the new value of a credential that is not secret: undefined or the mask keeps the saved value, null deletes it. */
function keepOrReplace(saved: string | undefined, given: string | null | undefined): string | undefined {
  if (given === undefined || given === SECRET_MASK) return saved;
  return given ?? undefined;
}

function valuesOf(secrets: Readonly<Record<string, string | undefined>>): ApplicationSecrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** Returns the secrets that an administrator must enter again after a change. */
export function missingSecrets(
  before: readonly SecretName[],
  deleted: readonly SecretName[],
  change: SecretsChange,
): readonly SecretName[] {
  return secretNames.filter((name) => deleted.includes(name) || (before.includes(name) && change[name] === undefined));
}

/** Returns a message about the secrets that a change deleted; undefined if it deleted none. */
export function deletedSecretsText(deleted: readonly SecretName[]): string | undefined {
  if (deleted.length === 0) return undefined;
  const names = deleted.map((name) => secretLabels[name]).join(' and ');
  const [was, it] = deleted.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return `${names} ${was} deleted because the Tenant URL or the token endpoint changed: enter ${it} again.`;
}

/** Returns the field changes with which an event reports deleted secrets. */
export function deletedSecretChanges(deleted: readonly SecretName[]) {
  return deleted.map((name) => ({ field: secretLabels[name], from: SECRET_MASK, to: null }));
}
