import type { Language } from '#base/words/language.ts';
import { describeRadiusReason } from '#base/words/describe-radius-reason.ts';
import { isRadiusReason } from '#base/words/radius-reasons.ts';
import { eventTypes, type EventType } from './event-types.ts';
import { zhEventWords } from './event-words-zh.ts';
import type { Attempt, EventWords } from './word-shapes.ts';
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
  user_recovery_codes_create: 'created new recovery codes for {}',
  passkey_create: 'added a passkey to {}',
  passkey_update: 'renamed a passkey of {}',
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
  radiusserver_create: 'created the RADIUS server {}',
  radiusserver_update: 'changed the RADIUS server {}',
  radiusserver_delete: 'deleted the RADIUS server {}',
  radius_client_create: 'created the RADIUS client {}',
  radius_client_update: 'changed the RADIUS client {}',
  radius_client_secret_rotate: 'gave the RADIUS client {} a new shared secret',
  radius_client_delete: 'removed the RADIUS client {}',
  role_create: 'created the role {}',
  role_update: 'changed the role {}',
  role_delete: 'removed the role {}',
  schema_create: 'added the schema {}',
  schema_update: 'changed the schema {}',
  schema_delete: 'removed the schema {}',
  organization_create: 'created the organization {}',
  organization_update: 'changed the settings of {}',
  default_rules_update: 'changed the rules that new sources of {} start with',
};

/** What an actor tried, by the HTTP method of a refused request. */
const attempts: Readonly<Record<string, Attempt>> = { PUT: 'change', PATCH: 'change', DELETE: 'delete', GET: 'read' };

const enEventWords: EventWords = {
  actor: ({ type, name }) => {
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
  },
  deed: (type, actor, name) => {
    const deed = Object.hasOwn(deeds, type) ? deeds[type as EventType] : undefined;
    return deed === undefined ? descriptionOf(type, name) : `${actor} ${deed.replace('{}', () => name)}.`;
  },
  onlyIgnored: (actor, name, count) =>
    `${actor} sent only attributes that the directory ignores about ${name}${count > 1 ? ` in ${count} requests` : ''}.`,
  signedIn: (name) => `${name} signed in.`,
  signInRefused: (name, code) => `${name} tried to sign in and was refused (${code}).`,
  connected: (name, client) => `${name} connected to the network at ${client}.`,
  notConnected: (name, client, why, count) =>
    count > 1
      ? `${count} attempts to connect to the network at ${client} failed; at least one of them names ${name}. ${why}`
      : `${name} did not connect to the network at ${client}. ${why}`,
  added: (actor, name, group) => `${actor} added ${name} to the group ${group}.`,
  removed: (actor, name, group) => `${actor} removed ${name} from the group ${group}.`,
  refusedCredential: (sender, code) => `The directory refused a request of ${inSentence(sender)} (${code}).`,
  refusedSeveral: (count, sender, code, name) =>
    `The directory refused ${count > 1 ? `${count} requests` : 'a request'} of ${inSentence(sender)} (${code}); at least one of them names ${name}.`,
  refusedBulk: (sender, code, operation) =>
    `The directory refused ${operation === undefined ? 'a bulk request' : `operation ${operation} of a bulk request`} of ${inSentence(sender)} (${code}).`,
  refusedList: (what, sender, code) =>
    `The directory refused to list ${what === 'all' ? 'users and groups' : what} for ${inSentence(sender)} (${code}).`,
  refused: (attempt, name, isGroup, sender, code) =>
    `The directory refused to ${attempt} ${isGroup && !name.startsWith('the group') ? `the group ${name}` : name} for ${inSentence(sender)} (${code}).`,
  client: 'A client',
  unchanged: (sender, name) => `${sender} sent the values that ${name} already has: nothing changed.`,
  unnamed: (type) => `the ${typeWords(type)}`,
  type: typeWords,
};

const catalogs: Readonly<Record<Language, EventWords>> = { en: enEventWords, zh: zhEventWords };

/** Returns the sentences about events in a language. */
export function eventWordsIn(language: Language): EventWords {
  return catalogs[language];
}

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
export function describeEvent(event: StoredEvent, context: SentenceContext, language: Language = 'en'): string {
  const words = eventWordsIn(language);
  const { event_type: type, initiated_by: actor, resource, error_code: code } = event;
  if (type === 'request_refused' || type === 'sign_in_refused') return refusalSentence(event, context, words);
  const name = (resource.type === 'user' ? (resource.username ?? resource.id) : undefined) ?? context.name;
  const who = words.actor(actor);
  if (context.membership !== undefined) {
    return words[context.membership](who, context.name, resource.name ?? resource.id ?? '');
  }
  if (isOnlyIgnored(event)) return words.onlyIgnored(who, name, event.repeated?.count ?? 1);
  if (type === 'user_login_attempt' || type === 'admin_login_attempt') {
    return code === undefined ? words.signedIn(name) : words.signInRefused(name, code);
  }
  if (event.radius !== undefined) return attemptSentence(event.radius, event, name, language);
  return words.deed(type, who, name);
}

function attemptSentence(
  { reason, client }: NonNullable<StoredEvent['radius']>,
  { error_message: message = '', repeated }: StoredEvent,
  name: string,
  language: Language,
): string {
  const words = eventWordsIn(language);
  if (reason === 'accepted') return words.connected(name, client.name);
  // The reason of an event of another version may not be known here.
  const why = isRadiusReason(reason) ? describeRadiusReason(reason, language).text : message;
  return words.notConnected(name, client.name, why, repeated?.count ?? 1);
}

function refusalSentence(event: StoredEvent, { name, method }: SentenceContext, words: EventWords): string {
  const { event_type: type, initiated_by: actor, resource, repeated, request, error_code: code = '' } = event;
  const sender = words.actor(actor);
  if (type === 'sign_in_refused') return words.refusedCredential(sender, code);
  if (repeated !== undefined) return words.refusedSeveral(repeated.count, sender, code, name);
  if (isBulk(event)) {
    return words.refusedBulk(sender, code, request?.operation === undefined ? undefined : request.operation + 1);
  }
  const { operation_method: operationMethod, method: requestMethod = '' } = request ?? {};
  const list = listedBy(request);
  if (list !== undefined) return words.refusedList(list, sender, code);
  const attempt = attempts[operationMethod ?? method ?? requestMethod] ?? (resource.id === null ? 'create' : 'change');
  // A refused change of an existing user contains the name that the user should have got.
  const target = resource.id === null ? (resource.username ?? name) : name;
  return words.refused(attempt, target, resource.type === 'group', sender, code);
}

/** True for a bulk request that is not about one resource, and for an operation that could not be read. */
function isBulk({ request, resource }: StoredEvent): boolean {
  if (request?.operation !== undefined) return request.operation_method === undefined;
  const isNamed = [resource.id, resource.username, resource.name].some((name) => name !== null && name !== undefined);
  return !isNamed && /\/bulk\/*$/i.test(request?.path ?? '');
}

/** Returns what a SCIM request lists; undefined for any other request. A search in the log of requests has the same words. */
function listedBy({ method, path }: Partial<NonNullable<StoredEvent['request']>> = {}): string | undefined {
  const found = /\/scim\/v2(?:\/(?<collection>users|groups))?(?<search>\/\.search)?\/*$/i.exec(path ?? '')?.groups;
  const isRead = method === 'GET' || method === 'HEAD' || found?.['search'] !== undefined;
  return found === undefined || !isRead ? undefined : (found['collection']?.toLowerCase() ?? 'all');
}

/** Returns the words for an actor in the form for the middle of a sentence. The name of an integration stays. */
function inSentence(words: string): string {
  return /^The (?:administrator|user|command line|directory)\b/.test(words) ? `t${words.slice(1)}` : words;
}

/** Returns the description of the type of an event, such as the result of an email; the words of the type if this version does not know it. */
function descriptionOf(type: string, name: string): string {
  const known: Readonly<Record<string, { readonly description: string }>> = eventTypes;
  const description = Object.hasOwn(known, type) ? known[type]?.description : undefined;
  const [first] = (description ?? `${typeWords(type)}.`).split(/(?<=\.) /);
  return `${name}: ${first}`;
}

/** Returns the type of an event or of its target in words: `entra_user` is "entra user". */
export function typeWords(type: string): string {
  return type.replaceAll('_', ' ');
}

function isOnlyIgnored({ changes, ignored_attributes: ignored = [], event_type: type }: StoredEvent): boolean {
  return type === 'user_update' && changes?.length === 0 && ignored.length > 0;
}
