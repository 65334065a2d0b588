import type { Language } from './language.ts';

/** A role in a message: its name in quotation marks, and whose role it is. */
export interface RoleSubject {
  readonly role: string;
  readonly of?: string;
  readonly isCurrent?: true;
}

/** What administrators cannot do to their own account. */
export type OwnChange = keyof (typeof adminMessages)['administrators']['ownAccount'];

/** The messages of refusals that administrators read in the console, in English. `zh-admin-messages.ts` has them in Chinese. */
export const adminMessages = {
  administrators: {
    beyondReach: ({ role, of, isCurrent }: RoleSubject, permissions: string) =>
      `The ${isCurrent === true ? 'current ' : ''}role ${role}${of === undefined ? '' : ` of ${of}`} has permissions that you do not have: ${permissions}.`,
    unknown: (id: string) => `There is no administrator with the id ${id}.`,
    unknownRole: (name: string, roles: string) =>
      `There is no role ${name}. The roles are ${roles}, and the custom roles of the organization.`,
    emailTaken: (email: string) => `The email address ${email} belongs to another administrator of the organization.`,
    ownAddress:
      'You cannot change your own address with a key. Sign in, and send your password in the field password with the change.',
    ownAccount: {
      changeRole: 'You cannot change your own role: ask another administrator to do it.',
      suspend: 'You cannot suspend yourself: ask another administrator to do it.',
      remove: 'You cannot remove yourself: ask another administrator to do it.',
      removeApp:
        'You cannot remove your own authenticator app without a code from it: ask another administrator to do it.',
    },
    last: (email: string, role: string) =>
      `${email} is the last ${role} of the organization: give the role to another administrator first.`,
    noSession: (session: string, email: string) => `There is no session ${session} of ${email}.`,
    unknownBuiltInRole: (name: string, roles: string) => `There is no role ${name}. The roles are ${roles}.`,
    noOwnSession: (id: string) => `There is no session ${id}.`,
    passwordNeeded: 'To change your own address, also send your password, in the field password.',
    suspended: (email: string) => `${email} is suspended: set suspended to false with PUT first.`,
    noMail: (email: string) => `${email} receives no email: first give the administrator another email with PUT.`,
  },
  confirmation: (operation: string, where: 'inPost' | 'inBody', minutes: number) =>
    `${operation} gives access to an account or changes how accounts are protected, so a session must confirm it with the password: ${where === 'inPost' ? 'use the POST route of the same name, with your password in the field password' : 'send your password in the field password'}; or sign in by passkey, and repeat the request within ${minutes} minutes.`,
  csv: {
    empty: 'The file has no rows: the first line names the columns.',
    tooManyRows: (rows: number, max: number) =>
      `The file has ${rows} rows, but an import can have at most ${max}. Split the file.`,
    noColumn: (name: string) => `The file has no column ${name}.`,
    columnTwice: (name: string) => `The file has the column ${name} twice.`,
    invalidRows: (invalid: number, rows: number, line: number, errors: readonly Readonly<Record<Language, string>>[]) =>
      `${invalid} of ${rows} rows have errors, so none was imported; the first is line ${line}: ${errors.map(({ en }) => en).join(' ')} Correct them, or import with mode=valid.`,
    managerUnknown: (manager: string) => `manager ${manager} is not a user: enter the username, email or id of a user.`,
    groupUnknown: (name: string) => `There is no group ${name}.`,
    repeated: (field: string, value: string, line: number) => `${field} ${value} is in line ${line} already`,
    unknownColumn: (column: string, meant: string | undefined) =>
      `There is no column ${column}: its values are not imported.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    noId: 'The row has no id: send the _id of a user.',
  },
  events: {
    emptyPeriod: (from: string, to: string) =>
      `The period begins at ${from} and ends at ${to}: it must end after its beginning.`,
    tooManyBuckets: (count: number, bucket: 'minute' | 'quarter-hour' | 'hour' | 'day', max: number) =>
      `The period has ${count} intervals of one ${bucket}, and at most ${max} are allowed: use longer intervals, or a shorter period.`,
    unknown: (id: string) =>
      `There is no event with the id ${id}. Events are deleted after the time that the setting eventRetentionDays says.`,
    targetAndRequest: 'target and request cannot be used together: send one of them.',
    tooManyIntervals: (max: number) =>
      `There are more than ${max} intervals: use longer intervals, or a shorter period.`,
  },
  groups: {
    /** `ids` are those of the first groups. */
    sameName: (name: string, ids: readonly string[], hasMore: boolean) =>
      `${hasMore ? 'More than ' : ''}${ids.length} groups have the name ${name}: ${ids.join(', ')}${hasMore ? ' and others' : ''}. Give the id.`,
    unknownMember: (kind: string, id: string) => `There is no ${kind} with the id ${id}.`,
    cursor: (cursor: string) =>
      `The cursor ${cursor} does not belong to this search: search, source and sort order must stay the same. Request the first page again, without cursor.`,
  },
  jobs: {
    unknown: (id: string) => `There is no job ${id}; jobs are kept for 30 days.`,
    unknownScheduled: (id: string) => `There is no scheduled change or job with the id ${id}.`,
  },
  keys: {
    notAddress: (text: string) =>
      `${text} is neither an address nor a network: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.`,
    tooMany: (max: number) => `This owner already has ${max} keys: revoke one first.`,
    unknown: (id: string) => `There is no key ${id}.`,
    revoked: (name: string) => `The key ${name} was revoked and cannot be changed.`,
    tooManyAddresses: (max: number) => `A key can have at most ${max} addresses and networks.`,
    noAddress: 'allowedIps is empty, so the key could not be used from any address. Send null to allow all addresses.',
    notAllowed:
      'Your account may not have API keys. An Administrator With Billing can allow them: PUT /api/users/ID with apiKeyAllowed true.',
    notOwner: 'Only its owner can rotate a key. You can revoke it.',
  },
  organizations: {
    isPortalPage: (name: string, path: string) =>
      `An organization cannot have the name ${name}: /portal/${path} is a page of the portal, so its users could not open their own. Choose another name.`,
    unknown: (id: string) => `There is no organization ${id}.`,
    alreadyLinked: 'The administrator already belongs to this organization.',
    notManaged: (id: string) => `There is no organization ${id} whose administrators you manage.`,
    notLinked: (email: string, id: string) => `${email} does not work for the organization ${id}.`,
    noLinked: (id: string) => `No administrator ${id} of another organization works for this one.`,
    notYours: (id: string) => `There is no organization ${id} that you work for.`,
    unclear: (count: number) =>
      `You work for ${count} organizations: name one in the x-org-id header. GET /api/organizations lists them.`,
  },
  outbox: {
    otherKey:
      'The email was encrypted with another key. Set TANHUA_SECRET_KEY or TANHUA_DATA_DIR to the value of the server that wrote it.',
    testDeleted: 'The test email was deleted meanwhile.',
    ownAddress: (address: string, email: string) =>
      `Your address is ${address}, which no mail server can deliver to. Set an address that receives email first, in the console in Settings, Administrators, or with: tanhua admin set ${email} --email NEW`,
    unknown: (id: string) => `There is no email ${id} in the outbox.`,
    linkForbidden: (id: string) =>
      `You may not read a link in the email ${id}: the email has no link or was sent, the link opens the account of an administrator with permissions that you do not have, or your role may not set passwords. Send a new link to the owner of the account instead.`,
    notSendable: (id: string) =>
      `The email ${id} cannot be sent: it does not exist, is being sent, was canceled, or its link no longer works. For a new link, send the activation email again, or reset the password.`,
  },
  people: {
    cursor: (cursor: string, fault: string) =>
      `The cursor ${cursor} ${fault}. Request the first page again, without cursor.`,
    cursorFaults: {
      unknown: 'was not returned by this list',
      otherSearch: 'belongs to another search: words, filters and sort order must stay the same',
      removed: 'refers to a person who was removed',
      unknownSelection: 'was not returned for a selection',
      otherSelection: 'belongs to another selection or action: all parameters must stay the same',
    },
    before: (text: string, fault: string) =>
      `before ${text} ${fault}: send the value of before from the previous page of this timeline, or leave it out to start with the newest entry.`,
    beforeFaults: {
      unknown: 'is not a value that a timeline returned',
      otherPerson: 'belongs to the timeline of another person',
    },
    restoredName: (field: string, fault: string) => `${field} is not valid: ${fault}.`,
    tooManyWords: (count: number, max: number) => `The search has ${count} words: send at most ${max}.`,
    unknownGroup: (group: string) => `group is ${group}, but no group has this id.`,
    otherTotal: (expected: number, total: number) =>
      `expected is ${expected}, but ${total} people are selected now. Request the preview again, and send its total.`,
    timelineForbidden:
      'A timeline shows the names of users, so your role needs the permission users.read as well as events.read. To read only events, use GET /api/events.',
  },
  quotas: {
    organizations: (max: number, hours: number) =>
      `The organization has requested ${max} organizations within a day, which is the limit. Try again in ${hours} hours. The command line has no such limit: tanhua organization create.`,
    namedMails: (max: number, hours: number) =>
      `The organization has requested ${max} emails to addresses given in requests within a day, which is the limit. Try again in ${hours} hours. The command line prints links instead: tanhua admin reset-password EMAIL.`,
    requestedMails: (max: number, hours: number) =>
      `The organization has requested ${max} emails within a day, which is the limit. Try again in ${hours} hours. Emails that the rules of an integration send do not count.`,
  },
  requests: {
    unknown: (id: string) =>
      `There is no request with the id ${id}. Requests are deleted after the time, or above the size, that the settings requestRetentionDays and requestLogMegabytes say, and counted ones after a day.`,
    cursor: (cursor: string) =>
      `cursor ${cursor} cannot be used: send the value of next in the response with the previous page.`,
    evaluationForbidden: (permission: string) =>
      `An evaluation shows users, groups and rules, so your role needs the permission ${permission} as well as requests.read.`,
    unknownReason: (code: string, meant: string | undefined, names: string) =>
      `The reason ${code} is not known.${meant === undefined ? '' : ` Did you mean ${meant}?`} Send the code of an error or of a reason, such as ${names}: docs/reference/errors.md lists all.`,
  },
  roles: {
    unknown: (id: string) => `There is no role with the id ${id}.`,
    tooMany: (max: number) => `An organization can have at most ${max} custom roles. Remove one first.`,
    inUse: (name: string, holders: number) =>
      `The role ${name} is still in use (administrators: ${holders}). Give them another role first.`,
    nameTaken: (name: string) => `There is already a role ${name}.`,
  },
  schemas: {
    taken: (id: string) =>
      `There is already a schema ${id}: change that schema, or use another URN for the new schema.`,
    tooMany: (count: number, max: number) =>
      `The organization has ${count} custom schemas, and can have at most ${max}. Remove one first.`,
    isStandard: (id: string) => `${id} is a standard schema, which cannot be changed. Add a custom schema instead.`,
    unknown: (id: string, known: readonly string[]) =>
      `The organization has no custom schema ${id}. Its custom schemas: ${known.join(', ') || 'none'}.`,
    otherId: (id: string, named: string) => `id is ${id}, but the URL names ${named}: both must be the same.`,
    named: (id: string) => `The schema ${id}`,
    ofApplication: 'The schema of the application',
    changed: (what: string, tag: string) =>
      `${what} has changed since it was read: it has the version ${tag} now, and If-Match names another one. Read it again and repeat the change.`,
    inUse: (count: number, type: 'User' | 'Group', what: string, id: string) =>
      `${count} ${type === 'User' ? 'user' : 'group'}${count === 1 ? ' has' : 's have'} values of ${what}, one of them with the id ${id}; deleted resources count until they are purged. Remove the values first, or add an attribute with another name.`,
  },
  secrets: {
    maskWithoutSecret: (name: string, mask: string) =>
      `${name} is masked (${mask}), but no ${name} is saved: enter the ${name}.`,
    /** `changed` is the setting with the destination, whose new value is undefined if it has none. */
    maskOfOther: (name: string, mask: string, changed: string, destination: string | undefined) =>
      `${name} is masked (${mask}), and the saved value was entered for another ${changed}: enter the ${name} again for ${destination ?? 'the new destination'}.`,
  },
  server: {
    stopping: 'The server is stopping. Nothing was changed: try again.',
    stoppingLive: 'The server is stopping: connect again.',
    totalsChanged: 'The totals changed each time that they were read: try again.',
    justMoved: 'The organization has just been moved. Nothing was changed: try again.',
    tooManyListeners: (max: number) =>
      `The organization already has ${max} connections for live updates to this server: close some of them.`,
    full: (max: number) =>
      `This server already has ${max} connections for live updates: try again, or start another server.`,
    bodyTooLarge: (bytes: number) => `The body is larger than ${bytes} bytes: send less at a time.`,
    busy: 'The database is busy. Nothing was changed: try again.',
    internal: 'Something went wrong in the directory; the log has the cause under the request id.',
  },
  sources: {
    adopterNeeded: (names: string) =>
      `The user does not belong to an integration: name the integration that should adopt the user. The integrations of this organization are: ${names}.`,
    unknownHere: (name: string, names: string) =>
      `There is no integration ${name}. The integrations of this organization are: ${names}.`,
    /** `id` is undefined if the organization has none. */
    unknown: (id: string | undefined) =>
      id === undefined ? 'There is no integration in this organization.' : `There is no integration with the id ${id}.`,
    unknownAmong: (name: string, names: string) => `There is no integration ${name}. The integrations are: ${names}.`,
    tooMany: (max: number) => `An organization can have at most ${max} integrations.`,
    nameTaken: (name: string) => `There is already an integration ${name}.`,
    noFilter: (source: string, none: string) =>
      `source is ${source}, but no integration has this id: send the id of an integration, or ${none}.`,
  },
  users: {
    otherVersion: (kind: string, id: string, version: number) =>
      `The ${kind} ${id} is at version W/"${version}", which the request does not expect. Read it again and repeat the change.`,
    /** `names` are those of the first users, with their ids. */
    sameEmail: (email: string, names: readonly string[], hasMore: boolean) =>
      `${hasMore ? 'More than ' : ''}${names.length} users have the email ${email}: ${names.join(', ')}${hasMore ? ' and others' : ''}. Give the username or the id.`,
    exclusionPast: (time: string) => `mfa.exclusionUntil ${time} is in the past: send a future time.`,
    exclusionEnd: 'mfa.exclusion has no end: send exclusionDays or exclusionUntil as well.',
    passwordPending: (name: string) =>
      `The password of ${name} is pending, so it cannot expire: the user has not set one yet, like every user that an identity source created. To let the user set one, activate the user with an email; to keep the user out, suspend the user.`,
    passwordManaged: (name: string) => `The password of ${name} is managed by its source.`,
    statesContradict: (state: string, suspended: string) =>
      `The fields state (${state}) and suspended (${suspended}) contradict each other: send only one of them.`,
    notStagedAgain: (state: string) => `A user that is ${state} cannot be STAGED again. Suspend it instead.`,
    managerUnknown: (manager: string) => `manager ${manager} is not a user: send the _id of a user, or null.`,
    managerDeleted: (id: string) => `cascade_manager ${id} is the user to delete: send another user.`,
    notRestorable: (name: string, days: number) =>
      `There is no deleted user ${name} that can be restored. A deleted user is kept for ${days} days.`,
    notAdministrator: 'The token belongs to a user, who is not an administrator.',
    notStaged: (name: string, state: string) =>
      `${name} is ${state}: only a staged user can be activated. To lift a suspension, PUT state ACTIVATED.`,
    noAddress: (name: string) => `${name} has no email address to write to.`,
    linkUseless: (name: string, state: string) =>
      `${name} is ${state}, so a link would not work. Activate the user first.`,
    passwordNotHere: (name: string) => `The password of ${name} is managed by its source and cannot be set here.`,
    unknown: (id: string) => `There is no user with the id ${id}.`,
    startPast: (time: string) => `start_date ${time} is in the past: give a future time.`,
  },
} as const;
