/**
 * How a RADIUS server answers. `accept`: the device is connected. `reject`: it is refused. `lock`: it is refused because of the account,
 * whatever the password. `silence`: it gets no reply, because the fault is not the person's, and asks another server.
 */
export type RadiusAnswer = 'accept' | 'reject' | 'lock' | 'silence';

interface ReasonDefinition {
  readonly answer: RadiusAnswer;
  /** What happened, as a sentence. */
  readonly text: string;
  /** What the reader can do about it, as a sentence. */
  readonly fix: string;
  /** The text that the person's device may show (Reply-Message): only for a person who proved the password. */
  readonly reply?: string;
}

const defineReasons = <Name extends string>(table: Readonly<Record<Name, ReasonDefinition>>) => table;

const administratorFix = 'Correct the Entra ID settings of the RADIUS server.';
const entraRecovers =
  'Entra ID usually recovers without a change; if it does not, look at the Microsoft 365 service health.';

/** Every outcome of an attempt to connect by RADIUS, in English. `zh-radius-reasons.ts` has the texts in Chinese. */
export const radiusReasons = defineReasons({
  accepted: { answer: 'accept', text: 'The person connected.', fix: 'Nothing needs to be done.' },
  // The request
  methodUnsupported: {
    answer: 'reject',
    text: 'The device used a method for which the password itself is not available, such as MSCHAPv2.',
    fix: 'Set the device to EAP-TTLS with PAP inside the tunnel.',
  },
  methodNotAllowed: {
    answer: 'reject',
    text: 'The device used a method that this RADIUS server does not allow.',
    fix: 'Set the device to an allowed method, or allow the method in the settings of the RADIUS server.',
  },
  nameInvalid: {
    answer: 'reject',
    text: 'The device sent no name, or a name that is not valid UTF-8 or too long.',
    fix: 'Enter the username or the email address again.',
  },
  passwordInvalid: {
    answer: 'reject',
    text: 'The device sent no password, or a password that is not valid UTF-8 or too long.',
    fix: 'Enter the password again. If it happens on many devices, compare the shared secret of the RADIUS client.',
  },
  // The person
  userUnknown: {
    answer: 'reject',
    text: 'No user of the organization has this username or email address.',
    fix: 'Check the spelling, or create the user.',
  },
  nameUnclear: {
    answer: 'reject',
    text: 'Several users of the organization have this name or email address.',
    fix: 'Use the username instead of the shared email address.',
  },
  userStaged: {
    answer: 'lock',
    text: 'The user is staged and may not connect yet.',
    fix: 'Activate the user.',
  },
  userSuspended: {
    answer: 'lock',
    text: 'The user is suspended.',
    fix: 'If the person should connect, end the suspension, or enable the account in the source.',
  },
  userLocked: {
    answer: 'lock',
    text: 'The account is locked after too many wrong passwords.',
    fix: 'Unlock the user, wait until the lock ends, or allow locked accounts in the settings of the RADIUS server.',
  },
  passwordExpired: {
    answer: 'reject',
    text: 'The password of the user has expired.',
    fix: 'Set a new password, or allow expired passwords in the settings of the RADIUS server.',
    reply: 'Your password has expired. Set a new password, then connect again.',
  },
  notMember: {
    answer: 'reject',
    text: 'The user is not a member of a group that may connect.',
    fix: 'Add the user to one of the groups of the RADIUS server, or let another group connect.',
  },
  // The password of this directory
  wrongPassword: {
    answer: 'reject',
    text: 'The password is wrong.',
    fix: 'Enter the current password; a device may still have an old one.',
  },
  passwordPending: {
    answer: 'reject',
    text: 'The user has no password in this directory yet.',
    fix: 'Send the activation email again, generate a Wi-Fi password, or let the RADIUS server check passwords with Entra ID.',
  },
  tooManyAttempts: {
    answer: 'reject',
    text: 'The device sent too many wrong passwords for this name and has to wait.',
    fix: 'Correct the password on the device, and wait up to 15 minutes.',
  },
  overloaded: {
    answer: 'silence',
    text: 'Too many passwords were being checked at the same time.',
    fix: 'The device tries again automatically. For many devices, generate Wi-Fi passwords, which cost no hashing, or add processors.',
  },
  internalFault: {
    answer: 'silence',
    text: 'The directory could not decide because it has a fault.',
    fix: 'See the log of the server at this time.',
  },
  // What Entra ID says about the person
  entraNoEmail: {
    answer: 'reject',
    text: 'The user has no email address, which is the sign-in name for Entra ID.',
    fix: 'Map the userPrincipalName to the work email address in Entra ID.',
  },
  entraWrongPassword: {
    answer: 'reject',
    text: 'Entra ID says that the name or the password is wrong.',
    fix: 'Enter the password of Entra ID. Federated users, and passwords that begin or end with a space, are refused in this way too: Entra ID does not support them here.',
  },
  entraUserUnknown: {
    answer: 'reject',
    text: 'Entra ID has no user with this email address as the userPrincipalName.',
    fix: 'Make the work email address of the user equal to the userPrincipalName. Guests cannot sign in in this way.',
  },
  entraNoPassword: {
    answer: 'reject',
    text: 'Entra ID has no password for this user.',
    fix: 'Users without a password, and federated users without password hash synchronization, cannot sign in in this way.',
  },
  entraPasswordExpired: {
    answer: 'reject',
    text: 'The password has expired in Entra ID, or has to be changed at the next sign-in.',
    fix: 'The person signs in to a Microsoft 365 page and sets a new password.',
    reply: 'Your password has expired. Set a new password at your organization, then connect again.',
  },
  entraDisabled: {
    answer: 'lock',
    text: 'The account is disabled in Entra ID.',
    fix: 'If the person should connect, enable the account in Entra ID. Otherwise the next provisioning cycle suspends the user here.',
  },
  entraLocked: {
    answer: 'lock',
    text: 'Entra ID locked the account, or blocks the address of this server as malicious.',
    fix: 'Wait a minute and enter the right password. If it affects several users, add the address of this server to the trusted locations.',
  },
  entraPaused: {
    answer: 'lock',
    text: 'Entra ID locked the account within the last minute, so that it was not asked again.',
    fix: 'Wait a minute, then enter the right password.',
  },
  entraSecondFactor: {
    answer: 'reject',
    text: 'Entra ID requires a second factor; the password itself was not refused.',
    fix: 'Exclude the application of the RADIUS server from the Conditional Access policy that requires it, for the address of this server only.',
  },
  entraConditionalAccess: {
    answer: 'reject',
    text: 'A Conditional Access policy of Entra ID refuses the sign-in; the password itself was not refused.',
    fix: 'Find the policy in the sign-in logs of Entra ID, and exclude the application of the RADIUS server from it.',
  },
  entraDevice: {
    answer: 'reject',
    text: 'Entra ID requires a managed or compliant device; the password itself was not refused.',
    fix: 'Exclude the application of the RADIUS server from the policy that requires the device.',
  },
  entraRisk: {
    answer: 'reject',
    text: 'Entra ID considers the sign-in or the user risky; the password itself was not refused.',
    fix: 'Confirm the user as safe in Identity Protection, and add the address of this server to the trusted locations.',
  },
  entraSecurityDefaults: {
    answer: 'reject',
    text: 'The security defaults of the tenant block sign-ins with only a password.',
    fix: 'Replace the security defaults by Conditional Access policies that exclude the application of the RADIUS server.',
  },
  entraNotAssigned: {
    answer: 'reject',
    text: 'The user is not assigned to the application of the RADIUS server in Entra ID.',
    fix: 'Assign the user or a group to the application, or turn off "Assignment required".',
  },
  entraConsent: {
    answer: 'reject',
    text: 'The application of the RADIUS server has no consent for the permission openid.',
    fix: 'Grant admin consent to the application in Entra ID.',
  },
  entraRefused: {
    answer: 'reject',
    text: 'Entra ID refused the sign-in for a reason that this version does not know.',
    fix: 'Look up the AADSTS code of the event at https://login.microsoftonline.com/error.',
  },
  entraOtherUser: {
    answer: 'lock',
    text: 'The account in Entra ID is another one than that of this user: its object id or its tenant differs.',
    fix: 'Check whether the email address was given to another person. If the account was created again, remove the binding of the user.',
  },
  entraAccountTaken: {
    answer: 'lock',
    text: 'The account in Entra ID already belongs to another user of the organization.',
    fix: 'Remove the user that should not exist, or the binding of the other user.',
  },
  // Our settings at Entra ID
  entraNotConfigured: {
    answer: 'silence',
    text: 'The RADIUS server has no complete settings for Entra ID, or names a tenant that is not a single one.',
    fix: 'Enter the authority, the id or the domain of your tenant, and the application id in the settings of the RADIUS server.',
  },
  entraSecretMissing: {
    answer: 'silence',
    text: 'Entra ID requires a client secret, or does not treat the application as a public client.',
    fix: 'Enter a client secret, or allow public client flows in the app registration.',
  },
  entraSecretWrong: {
    answer: 'silence',
    text: 'The client secret of the RADIUS server is wrong.',
    fix: 'Create a client secret in Entra ID and enter its value, not its id.',
  },
  entraSecretExpired: {
    answer: 'silence',
    text: 'The client secret of the RADIUS server has expired.',
    fix: 'Create a client secret in Entra ID and enter its value.',
  },
  entraSecretUnexpected: {
    answer: 'silence',
    text: 'The application is a public client, for which Entra ID accepts no client secret.',
    fix: 'Remove the client secret from the settings of the RADIUS server.',
  },
  entraApplicationUnknown: {
    answer: 'silence',
    text: 'The application of the RADIUS server does not exist in the tenant.',
    fix: 'Compare the application id and the tenant with the app registration.',
  },
  entraTenantUnknown: {
    answer: 'silence',
    text: 'The tenant does not exist at this authority.',
    fix: 'Compare the tenant and the authority with the overview page of Entra ID.',
  },
  entraTenantShared: {
    answer: 'silence',
    text: 'The application accepts only its own tenant, but the settings name a shared endpoint such as common.',
    fix: 'Enter the id of your tenant.',
  },
  entraRequestRefused: {
    answer: 'silence',
    text: 'Entra ID refuses the application or the request for all users.',
    fix: administratorFix,
  },
  // Faults of Entra ID, or on the way to it
  entraThrottled: {
    answer: 'silence',
    text: 'Entra ID limits the number of sign-ins of this application at the moment.',
    fix: 'Wait; to send fewer sign-ins, let the RADIUS server remember right passwords for some minutes.',
  },
  entraUnavailable: { answer: 'silence', text: 'Entra ID has a temporary fault.', fix: entraRecovers },
  entraTimeout: { answer: 'silence', text: 'Entra ID did not answer in time.', fix: entraRecovers },
  entraBusy: {
    answer: 'silence',
    text: 'Too many sign-ins were waiting for Entra ID at the same time.',
    fix: entraRecovers,
  },
  entraSuspended: {
    answer: 'silence',
    text: 'Entra ID is not asked at the moment, because the last sign-ins failed by faults of Entra ID.',
    fix: entraRecovers,
  },
  entraUnreachable: {
    answer: 'silence',
    text: 'No connection to the authority is possible.',
    fix: 'Check the authority, the name resolution and the firewall of this server.',
  },
  entraForbidden: {
    answer: 'silence',
    text: 'The authority has an internal address, which this server may not reach.',
    fix: 'An operator of the server can allow it with TANHUA_TARGETS_ALLOWED.',
  },
  entraRedirected: {
    answer: 'silence',
    text: 'The authority redirected the request. Passwords are not sent to another address.',
    fix: administratorFix,
  },
  entraAnswerInvalid: {
    answer: 'silence',
    text: 'The authority answered with something that Entra ID does not send.',
    fix: 'Check the authority, and whether a proxy answers in its place.',
  },
});

export type RadiusReason = keyof typeof radiusReasons;
/** True if a text is the name of a reason. Events of another version can have others. */
export function isRadiusReason(name: string): name is RadiusReason {
  return Object.hasOwn(radiusReasons, name);
}
