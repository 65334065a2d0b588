import { namedOrigin } from '#accounts/account.ts';
import { urlReach } from '#base/public-url.ts';
import { CONSOLE_PREFIX } from '#console/console-url.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import type { Started } from './worker-processes.ts';

/** The flag in the Tenant URL that makes Entra ID send PATCH requests as RFC 7644 specifies them. */
const FLAG = 'aadOptscim062020';

/** Returns the URL that Entra ID sends its requests to. */
export function tenantUrl(publicUrl: string): string {
  return `${publicUrl}${SCIM_PREFIX}/?${FLAG}`;
}

interface Place {
  readonly publicUrl: string;
  /** True if TANHUA_PUBLIC_URL is set. */
  readonly isPublicUrlConfigured: boolean;
}

/** Returns the URL of the console, which has a host name where passkeys need one. */
export function consoleUrl({ publicUrl, isPublicUrlConfigured }: Place): string {
  return `${namedOrigin({ publicUrl: () => publicUrl, isPublicUrlConfigured }) ?? publicUrl}${CONSOLE_PREFIX}`;
}

/**
 * Returns what the server prints when it is ready: its URLs, the secrets of the first start, and where to use them.
 *
 * @example
 * startBanner({ publicUrl: 'http://127.0.0.1:8080', isPublicUrlConfigured: false, bootstrapped: undefined });
 * // 'Tanhua is ready at http://127.0.0.1:8080\n\n  Console        http://localhost:8080/console\n  …'
 */
export function startBanner({ bootstrapped, ...place }: Started & Place): string {
  const { publicUrl } = place;
  const lines = [
    `Tanhua is ready at ${publicUrl}`,
    '',
    `  Console        ${consoleUrl(place)}`,
    `  Tenant URL     ${tenantUrl(publicUrl)}`,
  ];
  if (bootstrapped === undefined) {
    return [...lines, '  Secret Token   printed by the first start; "npx tanhua key create" creates another one'].join(
      '\n',
    );
  }
  const { secretToken, administrator, password } = bootstrapped;
  return [
    ...lines,
    `  Secret Token   ${secretToken ?? 'the value of TANHUA_BOOTSTRAP_SECRET_TOKEN'}`,
    `  Administrator  ${administrator}`,
    `  Password       ${password ?? 'the value of TANHUA_BOOTSTRAP_PASSWORD'}`,
    '',
    'The secrets are shown only once. The Secret Token can only use SCIM.',
    ...connectLines(publicUrl),
  ].join('\n');
}

function connectLines(publicUrl: string): readonly string[] {
  if (urlReach(publicUrl) === 'public') {
    return [
      'Enter the Tenant URL and the Secret Token in Entra ID:',
      'Enterprise applications > your application > Provisioning > Admin Credentials.',
    ];
  }
  return [
    'Entra ID cannot use this Tenant URL: it needs https and a public address, which TANHUA_PUBLIC_URL sets.',
    'Until then, open Rehearsal in the console, the stand-in for Entra ID, or run "npm run demo".',
  ];
}
