import { expressionMistakes, type SayMistake } from '#base/words/expression-mistakes.ts';

/** Refusals about applications, their mappings, scope, settings and provisioning, in English. `zh-application-refusals.ts` has them in Chinese. */
export const applicationRefusals = {
  applications: {
    name: (max: number, length: number) =>
      `The name of an application must have 1 to ${max} characters; it has ${length}.`,
    nameTaken: (name: string) => `The tenant already has an application ${name}; choose another name.`,
    scopeNeedsAssigned: (target: string, source: string) =>
      `The mapping of ${target} reads ${source}, which works for assigned users only: set the scope to assigned, or remove the mapping.`,
    otherKey: (name: string) =>
      `The credentials of ${name} were encrypted with another key: set TANHUA_SECRET_KEY to that key, or enter the credentials again.`,
    gone: (id: string) => `There is no application ${id}; it may have been deleted.`,
    unknown: (name: string) => `There is no service principal ${name} in the tenant.`,
    noTemplate: (id: string, template: string) =>
      `There is no application template ${id}: the stand-in does not have the gallery. Use ${template}, the template for all other applications.`,
    noUrl: 'The Tenant URL is missing: save it first (PUT synchronization/secrets).',
    noCredentials: 'Send credentials, or useSavedCredentials: true.',
  },
  jobs: {
    unknown: (id: string) => `There is no provisioning job ${id}.`,
    ofApplication: (id: string) => `The application ${id} has no synchronization job.`,
    notOfApplication: (name: string, job: string) => `The service principal ${name} has no job ${job}.`,
    orphan: (id: string) => `The tenant or the application of the job ${id} no longer exists.`,
    noTemplate: (template: string) => `There is no template ${template} for this application: use "scim".`,
    present: (name: string, job: string) =>
      `${name} already has the job ${job}, which has run. An application can have only one job.`,
    resetScope: (name: string, known: string) => `resetScope contains ${name}. It may contain only ${known}.`,
    duration: (name: string, value: string) => `${name} is ${value}: it must be a duration such as PT40M.`,
    noLog: (id: string) => `There is no provisioning log ${id}.`,
    stoppingUnanswered: 'The server is stopping, and the target has not answered: try again.',
    cycleRunning: (id: string, seconds: number) =>
      `A cycle of the job ${id} is already running: wait until it ends. If its process has crashed, the job can run again after ${seconds} seconds.`,
  },
  onDemand: {
    noSubject: 'The request must name one subject.',
    type: (name: string) => `objectTypeName is ${name}: it must be "User" or "Group".`,
    rule: (rule: string, type: string, known: string) =>
      `The rule ${rule} does not map the type ${type}. Rules that map it: ${known}.`,
    tooMany: (max: number, seconds: number, wait: number) =>
      `Provision on demand accepts at most ${max} requests per job in ${seconds} seconds: try again in ${wait} seconds.`,
    busy: 'A provisioning cycle or another on-demand request is processing the same object: try again later.',
    tooManyMembers: (count: number, max: number) =>
      `There are ${count} members: at most ${max} can be provisioned on demand at once.`,
    disabled: (type: string) => `The mapping of ${type}s is not enabled.`,
    unknown: (type: string, id: string) =>
      `There is no ${type} ${id} in the tenant, or it is deleted: it cannot be provisioned on demand.`,
  },
  assignments: {
    role: (role: string, max: number) =>
      `The role is ${role}; it must have 1 to ${max} characters, without whitespace, quotation marks or backslashes.`,
    concurrent: (id: string) => `Another request assigned ${id} at the same time. Try again.`,
    /** `role` is undefined if any role was meant. */
    absent: (id: string, role: string | undefined) =>
      `${id} is not assigned to the application${role === undefined ? '' : ` with the role ${role}`}.`,
    noPrincipal: (type: 'User' | 'Group', id: string) =>
      `There is no ${type === 'User' ? 'user' : 'group'} ${id} in the tenant.`,
    deletedPrincipal: (type: 'User' | 'Group', id: string) =>
      `It is not possible to assign the deleted ${type === 'User' ? 'user' : 'group'} ${id} in the tenant.`,
    noUserOrGroup: (id: string) => `There is no user or group ${id} in the tenant.`,
    notSecurityEnabled: (id: string) => `The group ${id} is not security-enabled, and cannot be assigned.`,
    unknownRole: (name: string) =>
      `Permission being assigned was not found on application ${name}: use an id of its appRoles, or name a new role in appRoleValue.`,
    otherResource: (given: string, path: string) => `resourceId is ${given}, but the path names ${path}.`,
    /** Graph responds with this exact message. */
    present: 'Permission being assigned already exists on the object.',
    unknown: (id: string) => `There is no assignment ${id}.`,
  },
  settings: {
    invalid: (kind: string, reason: string) => `The ${kind} ${reason}.`,
    /** `name` is that of a field of the kind. */
    field: (kind: string, name: string) => `${kind} ${name}`,
    kinds: { setting: 'setting', credential: 'credential', interval: 'interval in milliseconds' },
    notValid: (why: string | undefined) => `is not valid${why === undefined ? '' : `: ${why}`}`,
    otherKind: (key: string, known: string) =>
      `The key ${key} is for other kinds of applications. A SCIM application has ${known}.`,
    /** Graph responds with this exact message. */
    unknownKey: (key: string) => `Requested value '${key}' was not found.`,
    oneOf: (key: string, value: string, known: string) => `${key} is ${value}: it must be ${known}.`,
    notifications: (value: string) =>
      `SyncNotificationSettings is ${value}: it must be a JSON text such as {"Enabled":true,"Recipients":"it@contoso.example","DeleteThresholdEnabled":true,"DeleteThresholdValue":500}.`,
    tenantUrl: (value: string, fault: string) =>
      `The Tenant URL ${value} ${fault}. It looks like https://HOST/scim/v2/?aadOptscim062020.`,
    tenantUrlLong: (max: number) => `is longer than ${max} characters`,
    tenantUrlNotHttps: 'is not a URL that begins with https://',
    tenantUrlCredentials: 'The Tenant URL contains a user name or a password; enter credentials separately.',
    tokenEndpoint: (value: string) =>
      `The token endpoint (oauth2TokenExchangeUri) is ${value}, not a URL that begins with https://. It is needed to exchange the OAuth 2 client credentials for a token.`,
    tokenEndpointCredentials:
      'The token endpoint (oauth2TokenExchangeUri) contains a user name or a password: enter credentials in their separate fields.',
  },
  scope: {
    /** `near` is a quoted name, or undefined. */
    unknownOperator: (name: string, near: string | undefined, known: string) =>
      `There is no operator ${name}${near === undefined ? `; the operators are ${known}` : `; ${near} was probably meant`}.`,
    unsupported: (name: string) => `Entra ID does not support scoping filters on ${name}.`,
    unknownSource: (name: string, near: string | undefined) =>
      `There is no attribute ${name} in the source${near === undefined ? '' : `; ${near} was probably meant`}.`,
    severalValues: (name: string) => `${name} has several values, which scoping filters do not support.`,
    type: (operator: string, name: string, type: string) =>
      `${operator} cannot be applied to ${name}, which is of the type ${type}.`,
    takesNone: (operator: string) => `${operator} takes no value; remove it.`,
    needsValue: (operator: string, name: string) => `${operator} needs a value to compare ${name} with.`,
    flag: (name: string, operator: string) =>
      `${name} can only be True or False; ${operator} cannot compare it with another value.`,
    pattern: (pattern: string, reason: SayMistake) =>
      `${pattern} is not a regular expression: ${reason(expressionMistakes)}.`,
    patternSlow: (pattern: string, value: string) => `The regular expression ${pattern} takes too long on ${value}.`,
    notWhole: (operand: string) => `${operand} is not a whole number, which this operator requires.`,
  },
} as const;
