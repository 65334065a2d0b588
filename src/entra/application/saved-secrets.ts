import { changeSecret, originOf, SECRET_MASK, type Destinations } from '#outbound/bound-secret.ts';
import { secretNames, type ApplicationSecrets, type ApplicationSettings, type SecretName } from './application.ts';
import { checkSecrets } from './settings.ts';

/** Secrets by name: a value, the mask to keep what is saved, null to delete; what is not named stays. */
export type SecretsChange = { readonly [Name in keyof ApplicationSecrets]?: string | null };

/** What callers know each secret as. */
export const secretLabels: Readonly<Record<SecretName, string>> = {
  secretToken: 'SecretToken',
  oauth2ClientSecret: 'Oauth2ClientSecret',
};

interface Connection {
  readonly settings: Pick<ApplicationSettings, 'tenantUrl'>;
  readonly secrets: ApplicationSecrets;
}

/** The Secret Token goes to the target; the client secret to the token endpoint, and what it obtains goes to the target. */
function destinationsOf({ settings, secrets }: Connection): Readonly<Record<SecretName, Destinations>> {
  const BaseAddress = originOf(settings.tenantUrl);
  const endpoint = secrets.oauth2TokenExchangeUri;
  const Oauth2TokenExchangeUri = endpoint === undefined ? undefined : (URL.parse(endpoint)?.href ?? endpoint);
  return { secretToken: { BaseAddress }, oauth2ClientSecret: { BaseAddress, Oauth2TokenExchangeUri } };
}

/**
 * Secrets after a change of them, of the Tenant URL or of the token endpoint; `deleted` were entered for another destination.
 * Throws secretNeeded for a mask that would keep such a secret, and invalidValue.
 */
export function changeSecrets(
  before: Connection,
  settings: Connection['settings'],
  change: SecretsChange,
): { readonly secrets: ApplicationSecrets; readonly deleted: readonly SecretName[] } {
  const open = valuesOf({
    oauth2ClientId: plain(before.secrets.oauth2ClientId, change.oauth2ClientId),
    oauth2TokenExchangeUri: plain(before.secrets.oauth2TokenExchangeUri, change.oauth2TokenExchangeUri),
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

/** A value that is shown: the mask stands for the one that is saved. */
function plain(saved: string | undefined, given: string | null | undefined): string | undefined {
  if (given === undefined || given === SECRET_MASK) return saved;
  return given ?? undefined;
}

function valuesOf(secrets: Readonly<Record<string, string | undefined>>): ApplicationSecrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** Which secrets have to be entered again after a change. */
export function missingSecrets(
  before: readonly SecretName[],
  deleted: readonly SecretName[],
  change: SecretsChange,
): readonly SecretName[] {
  return secretNames.filter((name) => deleted.includes(name) || (before.includes(name) && change[name] === undefined));
}

/** What a caller is told whose change deleted secrets; undefined where it deleted none. */
export function deletedSecretsText(deleted: readonly SecretName[]): string | undefined {
  if (deleted.length === 0) return undefined;
  const names = deleted.map((name) => secretLabels[name]).join(' and ');
  const [was, it] = deleted.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return `${names} ${was} deleted, since the Tenant URL or the token endpoint changed: enter ${it} again.`;
}

/** Deleted secrets as an event has them. */
export function deletedSecretChanges(deleted: readonly SecretName[]) {
  return deleted.map((name) => ({ field: secretLabels[name], from: SECRET_MASK, to: null }));
}
