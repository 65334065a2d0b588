import type { Shape } from '#base/words/language.ts';
import { noAnswerTexts } from '#outbound/no-answer-texts.ts';

const howToTurnOn =
  'To use it, set TANHUA_ENTRA=on, and name the internal addresses that it may send requests to in TANHUA_TARGETS_ALLOWED.';

/**
 * What the stand-in says in provisioning logs, in English: Entra ID's own texts where they are known. `zh-stand-in-texts.ts` has the same in
 * Chinese. All values are texts, so that `standInChinese` can find them again in a text that was stored.
 */
export const standInTexts = {
  skips: {
    NotEffectivelyEntitled: 'is not in scope: it is not assigned, a scoping filter excludes it, or it is disabled',
    RedundantExport: 'is the same in both systems. No change is needed',
    ImportSkipped: 'has no value for a matching attribute',
    AddNotEnabled: 'is missing in the target, and the target object action Create is off',
    UpdateNotEnabled: 'differs, and the target object action Update is off',
    DeleteNotEnabled: 'would be deleted, and the target object action Delete is off',
    HardDeletesNotEnabled: 'was permanently deleted from the source, and HardDeletesEnabled keeps it in the target',
    OutOfScopeDeletionSkipped: 'left the scope, and SkipOutOfScopeDeletions keeps it unchanged in the target',
    NoSoftDelete: 'left the scope, and cannot be disabled in the target because IsSoftDeleted is not mapped',
    NotInScopeBefore: 'was deleted from the source after it had left the scope, so it is not deleted in the target',
  },
  recommendations: {
    EntryConflict:
      'Change the value that is taken in the source or in the target, or choose matching attributes that find the existing object.',
    InvalidAnchor:
      'The linked object no longer exists in the target. Restart the job with the scope Full: then all objects are matched again.',
    DuplicateSourceEntries:
      'Give one of the two objects a different value of the matching attribute, or choose a matching attribute that is unique in the source.',
    DuplicateTargetEntries:
      'Make the matching attribute unique in the target, or choose a different matching attribute.',
    MandatoryFieldsMissing: 'Give the attribute a value in the source, or its mapping a default value.',
    AttributeMappingFailed: 'Correct the expression: "tanhua entra expression" shows the value of each of its parts.',
    TooManyDeletes:
      'Check which objects would be deleted. Allow the deletes, or correct the scope and restart the job.',
  },
  failures: {
    invalidAnchor: (type: string, targetId: string) =>
      `The ${type} that was created or matched earlier no longer exists in the target (${targetId}).`,
    mandatoryMissing: (target: string) =>
      `The required attribute ${target} has no value: its mapping yields no value and has no default value.`,
    mapping: (target: string, message: string) => `The mapping of ${target}: ${message}`,
    alreadyProvisioned: (type: string, id: string, name: string, sourceId: string) =>
      `The matching ${type} of the target (${id}) is already provisioned from another source object, '${name}' (${sourceId}).`,
    severalMatches: (type: string, attribute: string, value: string) =>
      `More than one ${type} of the target has ${attribute} ${value}.`,
    stagedDelete: 'The threshold for accidental deletions is reached: an administrator must allow the deletes.',
    retried: (reason: string, times: string, date: string) =>
      `${reason}. This operation was retried ${times} times. It will be retried again after this date: ${date} UTC`,
  },
  wire: {
    exportFailed: (status: string, body: string) =>
      `StatusCode: ${status} Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the 'Response' property of this exception for details. Web Response: ${body}`,
    notFound:
      'An HTTP/404 Not Found response was returned rather than the expected HTTP/200 OK response. To address this issue, ensure that the tenant URL is correct. The tenant URL is usually in a format like: https://<>/scim. If this does not resolve the issue, contact the application developer to ensure their SCIM endpoint conforms with the protocol https://tools.ietf.org/html/rfc7644#section-3.4.2',
    conflict:
      'Message: The application answered with the HTTP status code 409: it has another user or group with a value that must be unique. Change the value in the source or in the application, or match the existing one.',
    noAnswer: (message: string) => `The application did not answer. ${message}`,
    incompatible: (body: string, what: string) =>
      `We are not able to deserialize the resource received from your SCIM endpoint because your SCIM endpoint is not fully compatible with the Azure Active Directory SCIM client. Here is the resource we received from your SCIM endpoint: ${body} (${what})`,
    unrequestedMembers:
      'The application returned the members of a group that was requested with excludedAttributes=members. One entry was expected in the response, and there are several. The application has to omit members from the response to this request.',
    severalEntries: (attribute: string, total: string) =>
      `One entry was expected for ${attribute}, but the application reports ${total}.`,
    samePage: (startIndex: string) =>
      `The application returned the same page for startIndex=${startIndex} as for the previous page.`,
    limitedKey:
      'Nothing was sent: the credential is a key of this directory that only some addresses may use (allowedIps), and the request would come from the address of this server. Enter an integration token without that limit.',
    secretToken: 'Secret Token',
    clientSecret: 'client secret',
    deletedSecret: (label: string) =>
      `Nothing was sent: the ${label} was deleted when the Tenant URL or the token endpoint changed, because it was entered for the previous URL. Enter the ${label} again.`,
    location: (text: string) =>
      `Supported CredentialLocationInRequest is required. This parameter determines whether client credentials are included in the request header or body during token acquisition. ${text}`,
    noToken: (location: string, outcome: string) =>
      `The token endpoint returned no token; the credentials were sent in the ${location}. ${outcome}`,
    status: (status: string, body: string) => `StatusCode: ${status} Web Response: ${body}`,
    ...noAnswerTexts,
    /** Behind the others, which have more before the response. */
    withResponse: (text: string, body: string) => `${text} Web Response: ${body}`,
  },
  answers: {
    noList: 'it is not a ListResponse: totalResults is not a number',
    resourcesNoList: 'Resources is not a list',
    noResources: (total: string) => `totalResults is ${total}, but there are no Resources`,
    emptyBody: 'the body is empty',
    noJson: 'the body is not JSON',
    noObject: 'the body is not a JSON object',
    resourceNoObject: 'a resource is not an object',
    noId: 'a resource has no id',
    notBoolean: (name: string, value: string) => `${name} is ${value}, not a boolean`,
    attributeNoObject: (name: string) => `${name} is not an object`,
    attributeNoList: (name: string) => `${name} is not a list`,
    elementNoObject: (name: string) => `an element of ${name} is not an object`,
    primaryOf: (name: string) => `primary of ${name}`,
  },
  connection: {
    invalidCredentials:
      'You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account.',
    unexpected: (block: string) => `We received this unexpected response from your application: ${block}`,
    withBlock: (text: string, block: string) => `${text}\n\n${block}`,
    missingUrl: 'The Tenant URL (BaseAddress) is missing: there is nothing to connect to.',
    notSent: 'No request was sent.',
    noResponse: (resource: string, operation: string, error: string) =>
      `No response came from Web resource.\n   Resource: ${resource}\n   Operation: ${operation}\n   Error: ${error}`,
    response: (resource: string, operation: string, status: string, headers: string, content: string) =>
      `Received response from Web resource.\n   Resource: ${resource}\n   Operation: ${operation}\n   Response Status Code: ${status}\n   Response Headers: ${headers}\n   Response Content: ${content}`,
  },
  off: {
    message: (why: string) => `The stand-in for Entra ID is off on this server: ${why}. ${howToTurnOn}`,
    localOnly: (problem: string) =>
      `The stand-in for Entra ID is on for this machine only (TANHUA_ENTRA=auto), and the request ${problem}. ${howToTurnOn}`,
    proxied: (header: string) => `has the header ${header}, so it came through a proxy`,
    otherHost: (host: string) => `has the Host ${host}, which is not a loopback address`,
    setting: 'TANHUA_ENTRA is off',
    reachable: (why: string) =>
      `${why}, and TANHUA_ENTRA=auto turns it on only if no other machine can reach the server`,
    host: (host: string) => `TANHUA_HOST is ${host}, which is not a loopback address`,
    publicUrl: 'TANHUA_PUBLIC_URL is set',
    proxies: 'TANHUA_TRUSTED_PROXIES is set',
  },
  /** The last group, with `skipped` at its end: its form is so general that other texts have it too. */
  steps: {
    retrieved: (type: string, name: string, system: string) => `Retrieved ${type} '${name}' from ${system}`,
    retrieveFailed: (type: string, name: string, system: string) =>
      `Failed to retrieve ${type} '${name}' from ${system}`,
    received: (type: string, name: string, change: string, system: string) =>
      `Received ${type} '${name}' change of type (${change}) from ${system}`,
    scoping: (type: string) => `Determine if ${type} in scope by evaluating against each scoping filter`,
    willBeCreated: (type: string, name: string, target: string, source: string) =>
      `${type} '${name}' will be created in ${target} (${type} is active and assigned in ${source}, but no matching ${type} was found in ${target})`,
    created: (type: string, name: string, target: string) => `${type} '${name}' was created in ${target}`,
    updated: (type: string, name: string, target: string) => `${type} '${name}' was updated in ${target}`,
    deleted: (type: string, name: string, target: string) => `${type} '${name}' was deleted in ${target}`,
    membersUpdated: (name: string, target: string, added: string, removed: string) =>
      `Members of Group '${name}' were updated in ${target}: ${added} added, ${removed} removed`,
    managerUpdated: (name: string, target: string) => `The manager of User '${name}' was updated in ${target}`,
    membersFailed: (name: string, target: string) => `Failed to update the members of Group '${name}' in ${target}`,
    managerFailed: (name: string, target: string) => `Failed to update the manager of User '${name}' in ${target}`,
    createFailed: (type: string, name: string, target: string) => `Failed to create ${type} '${name}' in ${target}`,
    updateFailed: (type: string, name: string, target: string) => `Failed to update ${type} '${name}' in ${target}`,
    deleteWaits: (type: string, name: string) =>
      `The delete of ${type} '${name}' waits: the threshold for accidental deletions is reached`,
    disableWaits: (type: string, name: string) =>
      `The disable of ${type} '${name}' waits: the threshold for accidental deletions is reached`,
    skipped: (type: string, name: string, why: string) => `The ${type} '${name}' ${why}.`,
  },
} as const;

export type StandInTexts = Shape<typeof standInTexts>;
