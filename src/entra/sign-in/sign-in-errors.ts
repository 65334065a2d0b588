/** The OAuth 2 error (RFC 6749 §5.2, and OpenID Connect's interaction_required), the HTTP status and the text of a refused sign-in. */
interface SignInError {
  readonly error: string;
  readonly status: 400 | 401 | 503;
  readonly text: string;
}

const grant = (text: string): SignInError => ({ error: 'invalid_grant', status: 400, text });
const client = (text: string): SignInError => ({ error: 'invalid_client', status: 401, text });
const request = (text: string): SignInError => ({ error: 'invalid_request', status: 400, text });
const temporary = (text: string): SignInError => ({ error: 'temporarily_unavailable', status: 503, text });

/** The errors of sign-ins by their AADSTS code, in the words of Microsoft's list of error codes. */
export const signInErrors = {
  50126: grant('Error validating credentials due to invalid username or password.'),
  50034: grant(
    'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  ),
  50056: grant('Invalid or null password: password does not exist in the directory for this user.'),
  50064: grant('Credential validation on username or password has failed.'),
  50055: grant('The password is expired.'),
  50144: grant("The user's Active Directory password has expired."),
  50057: grant('The user account is disabled.'),
  50053: grant("You've tried to sign in too many times with an incorrect user ID or password."),
  50072: grant('Due to a configuration change by your administrator, you must enroll in multi-factor authentication.'),
  50074: grant('Strong Authentication is required.'),
  50076: grant(
    'Due to a configuration change by your administrator, or because you moved to a new location, you must use multi-factor authentication.',
  ),
  50078: grant('Presented multi-factor authentication has expired due to policies configured by your administrator.'),
  50079: grant(
    'Due to a configuration change by your administrator, the user is required to use multi-factor authentication.',
  ),
  50158: grant('External security challenge was not satisfied.'),
  50097: grant('Device authentication is required.'),
  50105: grant('The signed in user is not assigned to a role for the application.'),
  50131: grant('Device is not in required device state, or the request was blocked due to suspicious activity.'),
  53000: grant('Device is not in required device state: compliant.'),
  53001: grant('Device is not in required device state: domain_joined.'),
  53002: grant('The application used is not an approved application for conditional access.'),
  53003: grant('Access has been blocked by Conditional Access policies.'),
  53004: grant(
    'User needs to complete the multi-factor authentication registration process before accessing this content.',
  ),
  530035: grant('Access has been blocked by security defaults.'),
  65001: grant('The user or administrator has not consented to use the application.'),
  70003: { error: 'unsupported_grant_type', status: 400, text: 'The app requested an unsupported grant type.' },
  90002: request(
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  ),
  50194: request(
    'Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported.',
  ),
  900144: request(
    'The request body must contain a parameter that is missing: grant_type, client_id, username, password or scope.',
  ),
  700016: { error: 'unauthorized_client', status: 400, text: 'Application was not found in the directory.' },
  700025: client("Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
  7000215: client('Invalid client secret provided.'),
  7000218: client("The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  7000222: client('The provided client secret keys are expired.'),
  90033: temporary('A transient error has occurred. Please try again.'),
  50033: temporary('A transient error has occurred. Please try again.'),
  50087: temporary('A transient error has occurred during strong authentication. Please try again.'),
  50196: grant(
    'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
  ),
} as const satisfies Readonly<Record<number, SignInError>>;

export type SignInErrorCode = keyof typeof signInErrors;

/** All codes, in ascending order. */
export const signInErrorCodes = Object.keys(signInErrors).map(Number) as readonly SignInErrorCode[];

/** True if the stand-in can answer with a code. */
export function isSignInErrorCode(code: number): code is SignInErrorCode {
  return Object.hasOwn(signInErrors, code);
}
