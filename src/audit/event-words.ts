import { eventTypes, type Actor, type EventType } from './event-types.ts';
import type { StoredEvent } from './stored-event.ts';

/** What an actor did, by the type of the event. `{}` is replaced by the name of the user, the group, or whatever the event is about. */
const deeds: Readonly<Partial<Record<EventType, string>>> = {
  user_create: 'created {}',
  user_update: 'changed {}',
  user_activated: 'activated {}',
  user_password_set: 'set the first password of {}',
  user_password_change: 'changed the password of {}',
  user_password_reset_request: 'queued an email to {} with a link to set a new password',
  user_password_expired: 'marked the password of {} as expired',
  user_password_warning_email: 'queued an email to {} about a password that expires soon',
  user_activation_email: 'queued an activation or welcome email to {}',
  user_lockout: 'locked {}',
  user_unlocked: 'unlocked {}',
  user_mfa_reset: 'removed the second factors of {}',
  totp_start_enrollment: 'started to set up an authenticator app for {}',
  totp_finish_enrollment: 'set up an authenticator app for {}',
  totp_delete_enrollment: 'removed the authenticator app of {}',
  user_recovery_code_used: 'used a recovery code of {} instead of the app',
  passkey_create: 'added a passkey to {}',
  passkey_delete: 'removed a passkey of {}',
  sshkey_create: 'added an SSH key to {}',
  sshkey_delete: 'removed an SSH key of {}',
  user_activation_schedule_create: 'scheduled an activation of {}',
  user_activation_schedule_delete: 'canceled a scheduled activation of {}',
  user_suspension_schedule_create: 'scheduled a suspension of {}',
  user_suspension_schedule_delete: 'canceled a scheduled suspension of {}',
  user_suspended: 'suspended {}',
  user_unsuspended: 'ended the suspension of {}',
  user_adopt: 'became the owner of {}',
  user_adoption_confirm: 'confirmed the owner of {}',
  user_delete: 'deleted {}',
  user_restore: 'restored {}',
  user_purge: 'permanently removed {}',
  group_create: 'created the group {}',
  group_update: 'changed the group {}',
  group_adopt: 'became the owner of the group {}',
  group_delete: 'deleted the group {}',
  group_purge: 'permanently removed the group {}',
  admin_create: 'created the administrator {}',
  admin_update: 'changed the administrator {}',
  admin_delete: 'removed the administrator {}',
  admin_suspended: 'suspended the administrator {}',
  admin_unsuspend: 'ended the suspension of the administrator {}',
  admin_lockout: 'locked the administrator {}',
  admin_password_reset_request: 'queued an email to the administrator {} with a link to set a new password',
  admin_password_change: 'changed the password of the administrator {}',
  api_key_create: 'created the key {}',
  api_key_update: 'changed the key {}',
  api_key_revoke: 'revoked the key {}',
  integration_create: 'created the source {}',
  integration_update: 'changed the source {}',
  role_create: 'created the role {}',
  role_update: 'changed the role {}',
  role_delete: 'removed the role {}',
  schema_create: 'added the schema {}',
  schema_update: 'changed the schema {}',
  schema_delete: 'removed the schema {}',
  organization_create: 'created the organization {}',
  organization_update: 'changed the settings of {}',
};

/** What an actor tried, by the HTTP method of a refused request. */
const attempts: Readonly<Record<string, string>> = { PUT: 'change', PATCH: 'change', DELETE: 'delete', GET: 'read' };

/** The user that the sentence is about, and what the event does not say. */
export interface SentenceContext {
  /** The name of the user. Events about a group contain only ids of users. */
  readonly name: string;
  /** Set for an event about a group: the user became a member of the group, or is no longer a member. */
  readonly membership?: 'added' | 'removed' | undefined;
  /** The HTTP method of the operation, for an operation of a bulk request. */
  readonly method?: string | undefined;
}

/**
 * Describes an event about a user in one sentence: who did what.
 *
 * @example
 * describeEvent(event, { name: 'ann' }); // 'Entra ID changed ann.'
 * describeEvent(refused, { name: 'bob' }); // 'The directory refused to create bob for Entra ID (emailRequired).'
 */
export function describeEvent(event: StoredEvent, context: SentenceContext): string {
  const { event_type: type, initiated_by: actor, resource, error_code: code } = event;
  if (type === 'request_refused' || type === 'sign_in_refused') return refusalSentence(event, context);
  const name = (resource.type === 'user' ? (resource.username ?? resource.id) : undefined) ?? context.name;
  if (context.membership !== undefined) return membershipSentence(event, context);
  if (isOnlyIgnored(event)) {
    const { count = 1 } = event.repeated ?? {};
    const times = count > 1 ? ` in ${count} requests` : '';
    return sentence(actor, `sent only attributes that the directory ignores about ${name}${times}`);
  }
  if (type === 'user_login_attempt' || type === 'admin_login_attempt') {
    return code === undefined ? `${name} signed in.` : `${name} tried to sign in and was refused (${code}).`;
  }
  const deed = Object.hasOwn(deeds, type) ? deeds[type as EventType] : undefined;
  return deed === undefined
    ? descriptionOf(type, name)
    : sentence(
        actor,
        deed.replace('{}', () => name),
      );
}

/**
 * Returns the actor at the beginning of a sentence.
 *
 * @example
 * actorWords({ type: 'administrator', id, name: 'it@contoso.com' }); // 'The administrator it@contoso.com'
 */
export function actorWords({ type, name }: Actor): string {
  switch (type) {
    case 'administrator':
    case 'user':
      return `The ${type} ${name}`;
    case 'command_line':
      return 'The command line';
    case 'system':
      return 'The directory';
    case 'integration':
      return name;
  }
}

function sentence(actor: Actor, deed: string): string {
  return `${actorWords(actor)} ${deed}.`;
}

function membershipSentence({ resource, initiated_by: actor }: StoredEvent, context: SentenceContext): string {
  const group = `the group ${resource.name ?? resource.id}`;
  return sentence(
    actor,
    context.membership === 'added' ? `added ${context.name} to ${group}` : `removed ${context.name} from ${group}`,
  );
}

function refusalSentence(event: StoredEvent, { name, method }: SentenceContext): string {
  const { event_type: type, initiated_by: actor, resource, repeated, request, error_code: code = '' } = event;
  const sender = actor.type === 'integration' ? actor.name : inSentence(actorWords(actor));
  if (type === 'sign_in_refused') return `The directory refused a request of ${sender} (${code}).`;
  if (repeated !== undefined) {
    const others = repeated.count > 1 ? `${repeated.count} requests` : 'a request';
    return `The directory refused ${others} of ${sender} (${code}); at least one of them names ${name}.`;
  }
  const whole = wholeRequest(event);
  if (whole !== undefined) return `The directory refused ${whole} of ${sender} (${code}).`;
  const { operation_method: operationMethod, method: requestMethod = '' } = request ?? {};
  const list = listWords(request);
  if (list !== undefined) return `The directory refused to list ${list} for ${sender} (${code}).`;
  const wish = attempts[operationMethod ?? method ?? requestMethod] ?? (resource.id === null ? 'create' : 'change');
  // A refused change of an existing user contains the name that the user should have got.
  const user = resource.id === null ? (resource.username ?? name) : name;
  const target = resource.type === 'group' && !name.startsWith('the group') ? `the group ${user}` : user;
  return `The directory refused to ${wish} ${target} for ${sender} (${code}).`;
}

/** Returns words for a request that is not about one resource: a bulk request, an operation that could not be read, an unknown path. */
function wholeRequest({ request, resource }: StoredEvent): string | undefined {
  if (request?.operation !== undefined && request.operation_method === undefined) {
    return `operation ${request.operation + 1} of a bulk request`;
  }
  const isNamed = [resource.id, resource.username, resource.name].some((name) => name !== null && name !== undefined);
  return isNamed || request?.operation !== undefined || !/\/bulk\/*$/i.test(request?.path ?? '')
    ? undefined
    : 'a bulk request';
}

/** Returns what a SCIM request lists; undefined for any other request. A search in the log of requests has the same words. */
function listWords({ method, path }: Partial<NonNullable<StoredEvent['request']>> = {}): string | undefined {
  const found = /\/scim\/v2(?:\/(?<collection>users|groups))?(?<search>\/\.search)?\/*$/i.exec(path ?? '')?.groups;
  const isRead = method === 'GET' || method === 'HEAD' || found?.['search'] !== undefined;
  return found === undefined || !isRead ? undefined : (found['collection']?.toLowerCase() ?? 'users and groups');
}

/** Returns words that begin a sentence in the form for its middle. */
function inSentence(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** Returns the description of the type of an event, such as the result of an email; the type itself if this version does not know it. */
function descriptionOf(type: string, name: string): string {
  const known: Readonly<Record<string, { readonly description: string }>> = eventTypes;
  const description = Object.hasOwn(known, type) ? known[type]?.description : undefined;
  const [first] = (description ?? `${type}.`).split(/(?<=\.) /);
  return `${name}: ${first}`;
}

function isOnlyIgnored({ changes, ignored_attributes: ignored = [], event_type: type }: StoredEvent): boolean {
  return type === 'user_update' && changes?.length === 0 && ignored.length > 0;
}
