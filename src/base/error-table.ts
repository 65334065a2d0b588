import type { ErrorDefinition } from './error-definition.ts';
import { entraErrors } from './entra-errors.ts';
import { expressionErrors } from './expression-errors.ts';
import { mappingErrors } from './mapping-errors.ts';
import { accountErrors } from './account-errors.ts';
import { requestErrors } from './request-errors.ts';
import { storageErrors } from './storage-errors.ts';

const defineErrors = <Code extends string>(table: Readonly<Record<Code, ErrorDefinition>>) => table;

/**
 * The single table of all errors. Each interface (SCIM, REST, command line, RADIUS) converts the code of an AppError through
 * this table to its own format. docs/reference/errors.md is generated from it.
 */
export const errorTable = defineErrors({
  ...accountErrors,
  ...requestErrors,
  ...entraErrors,
  ...expressionErrors,
  ...mappingErrors,
  // The request as a whole
  invalidJson: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body is not valid JSON',
    remedy: 'Send a JSON object; the detail names the position of the first fault.',
  },
  invalidBody: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body does not have the form that the operation requires',
    remedy: 'Compare the body with RFC 7644 and with the attribute reference.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'The body is larger than the limit',
    remedy: 'Split the request, for example into several PATCH requests of fewer members each.',
  },
  bodyTooDeep: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body is nested more deeply than the limit',
    remedy: 'No SCIM resource needs such nesting: check the client that sent the body.',
  },
  forbiddenKey: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The body has a key that no SCIM attribute may have',
    remedy: 'Remove the keys __proto__, constructor and prototype.',
  },
  duplicateKey: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'An object of the body has the same key twice',
    remedy: 'Send each attribute once; names that differ only by letter case are the same attribute (RFC 7643 §2.1).',
  },
  unsafeNumber: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A number of the body cannot be stored exactly',
    remedy: 'Send long numbers, such as employee numbers and identifiers, as strings in quotation marks.',
  },
  unsupportedMediaType: {
    status: 415,
    title: 'The media type of the body is not supported',
    remedy: 'Send application/scim+json or application/json.',
  },
  invalidQuery: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A query parameter has a value that cannot be used',
    remedy: 'Send startIndex and count as whole numbers, and each parameter once.',
  },
  invalidSort: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The list cannot be sorted by the values of sortBy and sortOrder',
    remedy: 'Name an attribute of /Schemas in sortBy, and send ascending or descending as sortOrder.',
  },
  invalidCount: {
    status: 400,
    scimType: 'invalidCount',
    title: 'The value of count cannot be used',
    remedy: 'Send a whole number; with a cursor, from 1 to maxPageSize of /ServiceProviderConfig (RFC 9865 §2.1).',
  },
  invalidCursor: {
    status: 400,
    scimType: 'invalidCursor',
    title: 'The cursor was not issued for this query',
    remedy:
      'Send an empty cursor for the first page, then nextCursor with all other parameters unchanged (RFC 9865 §2); in GET /api/people, then next.',
  },
  expiredCursor: {
    status: 400,
    scimType: 'expiredCursor',
    title: 'The cursor is too old',
    remedy:
      'Begin again with an empty cursor, and request each next page within cursorTimeout of /ServiceProviderConfig.',
  },
  // Filters and paths
  filterSyntax: {
    status: 400,
    scimType: 'invalidFilter',
    title: 'The filter cannot be parsed',
    remedy: 'Correct the filter at the position that the detail names (RFC 7644 §3.4.2.2).',
  },
  filterTooComplex: {
    status: 400,
    scimType: 'invalidFilter',
    title: 'The filter is longer, deeper or has more terms than the limit',
    remedy: 'Shorten the filter, or split it into several requests.',
  },
  filterUnknownAttribute: {
    status: 400,
    scimType: 'invalidFilter',
    title: 'The filter names an attribute that does not exist here',
    remedy: 'Use an attribute of /Schemas; in Entra ID, change the matching attribute of the mapping.',
  },
  filterOperator: {
    status: 400,
    scimType: 'invalidFilter',
    title: 'The operator or the value does not fit the type of the attribute',
    remedy: 'Compare strings with strings, and booleans only by eq or ne; name a sub-attribute of a complex attribute.',
  },
  invalidPath: {
    status: 400,
    scimType: 'invalidPath',
    title: 'The path of a PATCH operation is not valid',
    remedy: 'Correct the target attribute of the mapping to one of /Schemas (RFC 7644 §3.5.2).',
  },
  noTarget: {
    status: 400,
    scimType: 'noTarget',
    title: 'The path of a PATCH operation matches nothing',
    remedy: 'Add the value first, or remove the filter from the path.',
  },
  tooManyOperations: {
    status: 413,
    title: 'The PATCH request has more operations than the limit',
    remedy: 'Split it into several requests.',
  },
  bulkTooLarge: {
    status: 413,
    title: 'The bulk request has more operations than the limit',
    remedy: 'Split it into several requests: maxOperations of /ServiceProviderConfig is the limit.',
  },
  bulkReference: {
    status: 409,
    title: 'An operation of a bulk request refers to an operation that did not succeed',
    remedy: 'Correct the operation that the detail names, and send both again.',
  },
  mutability: {
    status: 400,
    scimType: 'mutability',
    title: 'The attribute cannot be changed by the client',
    remedy: 'Remove the attribute from the mapping: the directory sets it.',
  },
  // Values
  required: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A required attribute is missing or empty',
    remedy: 'Map a source attribute that always has a value, or give the mapping a default value.',
  },
  invalidType: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A value has the wrong JSON type',
    remedy: 'Send the type that /Schemas names for the attribute.',
  },
  invalidValue: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A value is not allowed for its attribute',
    remedy: 'Correct the value in the source, or the expression of the mapping.',
  },
  valueTooLong: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A value is longer than the limit',
    remedy: 'Shorten the value in the source, for example by Left() or Mid() in the mapping.',
  },
  tooManyValues: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A multi-valued attribute has more values than the limit',
    remedy: 'Send fewer values.',
  },
  severalPrimary: {
    status: 400,
    scimType: 'invalidValue',
    title: 'More than one value is marked as primary',
    remedy: 'Mark at most one value as primary (RFC 7643 §2.4).',
  },
  unknownAttribute: {
    status: 400,
    scimType: 'invalidSyntax',
    title: 'The request has an unsupported attribute, and the source rejects unsupported attributes',
    remedy: 'Remove the mapping of the attribute, or set the rule unknownAttributes to "ignore".',
  },
  // The directory's rules
  userNameNotAllowed: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The userName breaks the rule of the source',
    remedy: 'Map mailNickname to userName, or set the rule userName to "any".',
  },
  emailRequired: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The primary email is missing',
    remedy: 'Map userPrincipalName to emails[type eq "work"].value, or set the rule email to "optional".',
  },
  emailInvalid: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The primary email is not an email address',
    remedy: 'Map an attribute that holds an address, such as userPrincipalName or mail.',
  },
  inactiveOnCreate: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The user is inactive in the source, and inactive users are not created',
    remedy: 'Enable the user in the source, or set the rule inactiveOnCreate to "suspend".',
  },
  passwordPolicy: {
    status: 400,
    scimType: 'invalidValue',
    title: "The password breaks the organization's policy",
    remedy: 'Choose another password, or use tanhua organization set to change the setting that the detail names.',
  },
  operationOff: {
    status: 403,
    title: 'The source does not allow this operation',
    remedy: 'Set the rule that the detail names to "on", or clear the action under Target Object Actions in Entra ID.',
  },
  ownedElsewhere: {
    status: 403,
    title: 'The user or group does not belong to the source',
    remedy:
      'Let the source adopt the user or group (tanhua user adopt, tanhua group adopt), change the rule adopt, or exclude the user or group with a scoping filter.',
  },
  adoptionUnconfirmed: {
    status: 403,
    title: 'An administrator has not confirmed that the source owns the user',
    remedy: 'Confirm it: tanhua user adopt USER --integration NAME, or POST /api/systemusers/ID/adopt.',
  },
  groupsOff: {
    status: 501,
    title: 'Groups are switched off for this source',
    remedy: 'Set the rule groups to "on", or set Enabled to "No" in the group mapping of Entra ID.',
  },
  userNameTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'Another user has this userName',
    remedy:
      'If both are the same person, match on userName in Entra ID, so that the existing user is updated; otherwise change one of the two.',
  },
  emailTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'Another user has this primary email',
    remedy:
      'If both are the same person, match on the email in Entra ID, so that the existing user is updated; otherwise give them different addresses.',
  },
  employeeNumberTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'Another user has this employeeNumber',
    remedy: 'Correct employeeId of one of the users in the source.',
  },
  groupNameTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'Another group has this displayName',
    remedy: 'Rename one of the groups: Entra ID matches groups by displayName.',
  },
  idTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'Another resource has this value',
    remedy: 'Choose another value.',
  },
  memberNotFound: {
    status: 400,
    scimType: 'invalidValue',
    title: 'A member of the group does not exist in the directory',
    remedy: 'Provision the member first; members outside the scope cannot be added.',
  },
  memberCycle: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The group would become a member of itself',
    remedy: 'Remove one of the memberships that form the cycle.',
  },
  // Lookups and versions
  resourceNotFound: {
    status: 404,
    title: 'The resource does not exist',
    remedy: 'It may have been deleted. If Entra ID sent the id, restart provisioning there to clear its stored link.',
  },
  routeNotFound: {
    status: 404,
    title: 'There is nothing at this address',
    remedy:
      'For SCIM, use the Tenant URL that the directory printed, ending in /scim/v2. GET /api/openapi.json lists the REST API.',
  },
  methodNotAllowed: {
    status: 405,
    title: 'The method is not allowed at this address',
    remedy: 'Use a method that the response header Allow names.',
  },
  notSupported: {
    status: 501,
    title: 'The operation is not supported',
    remedy: 'See /ServiceProviderConfig for what is supported.',
  },
  discoveryFilter: {
    status: 403,
    title: 'The discovery endpoints do not accept a filter',
    remedy: 'Leave the filter out (RFC 7644 §4).',
  },
  versionMismatch: {
    status: 412,
    title: 'The resource has changed since it was read',
    remedy: 'Read it again and repeat the change.',
  },
  // Credentials
  attributeOwned: {
    status: 403,
    title: 'The attribute belongs to the source of the user, not to the user',
    remedy: 'Change it in the source, such as Entra ID; at /Me a user can change only the password.',
  },
  roleForbidden: {
    status: 403,
    title: 'The role of the key does not allow this request',
    remedy: 'Use a key of an Administrator With Billing, an Administrator or a Manager, or an integration token.',
  },
  // Custom schemas
  schemaInvalid: {
    status: 400,
    scimType: 'invalidValue',
    title: 'The schema is not valid',
    remedy: 'Write it in the form that /Schemas returns (RFC 7643 §7); the detail names the place and the reason.',
  },
  schemaTaken: {
    status: 409,
    scimType: 'uniqueness',
    title: 'There is already a schema with this URN',
    remedy: 'Change that schema (PUT, or tanhua schema set), or give the new one another URN.',
  },
  schemaInUse: {
    status: 409,
    scimType: 'mutability',
    title: 'The change would delete values of users or groups',
    remedy: 'Remove the values first, or add an attribute with another name.',
  },
  tooManySchemas: {
    status: 409,
    scimType: 'tooMany',
    title: 'The organization already has the maximum number of custom schemas',
    remedy: 'Remove a schema that is not used, or add the attributes to an existing schema.',
  },
  // The command line and the configuration
  configuration: {
    status: 500,
    title: 'The configuration is not valid',
    remedy: 'Correct the environment variable that the message names.',
  },
  usage: {
    status: 400,
    title: 'The arguments or options of the command are not valid',
    remedy: 'Add --help to the command to see its arguments and options.',
  },
  notFound: {
    status: 404,
    title: 'The requested object does not exist',
    remedy: 'List what exists with the matching list command.',
  },
  targetUnavailable: {
    status: 502,
    title: 'The server cannot be tested',
    remedy: 'Give the base URL of a running SCIM server, which is the part before /Users, and a token that it accepts.',
  },
  // Failures of the directory
  unavailable: {
    status: 503,
    title: 'The directory cannot answer right now',
    remedy: 'Wait the number of seconds in Retry-After, then try again.',
  },
  ...storageErrors,
  internal: {
    status: 500,
    title: 'Something went wrong in the directory',
    remedy: 'Look for the request id in the log, and report it.',
  },
});

export type ErrorCode = keyof typeof errorTable;
