import { alterAnswer, at, alterResources, alterRequest, type Body } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const resourceFaults: readonly KnownFault[] = [
  known(
    'resources have no meta',
    alterResources((one) => dropKeys(one, (key) => key === 'meta')),
    'attributes.resource-type',
    'attributes.location',
    'list.resources',
  ),
  known(
    'resources have no schemas',
    alterResources((one) => dropKeys(one, (key) => key === 'schemas')),
    'attributes.schemas',
    'list.resources',
  ),
  known(
    'attribute names are case-sensitive',
    alterRequest(({ method, body }) =>
      method === 'POST' && body?.USERNAME !== undefined ? { body: dropKeys(body, (key) => /[A-Z]{2}/.test(key)) } : {},
    ),
    'names.body',
  ),
  known(
    'booleans are returned as strings',
    alterResources((one) => ({ ...one, ...(one.active !== undefined && { active: String(one.active) }) })),
    'types.boolean',
  ),
  known(
    'every email is primary',
    alterResources((one) => ({
      ...one,
      ...(one.emails && { emails: one.emails.map((mail: Body) => ({ ...mail, primary: true })) }),
    })),
    'multi-valued.new-primary',
  ),
  known(
    'it accepts two primary values',
    alterAnswer(({ status }, { body: sent }) =>
      status === 400 && sent?.emails?.length === 2 ? { status: 201, body: { ...sent, id: 'made-up' } } : {},
    ),
    'multi-valued.one-primary',
  ),
  known(
    'it refuses null',
    refuse(({ body }) => JSON.stringify(body ?? {}).includes(':null'), 400, 'invalidValue'),
    'unassigned.null',
    'unassigned.put-null',
    'entra.with-flag.create-with-nulls',
  ),
  known(
    'it accepts a userName that is taken',
    alterAnswer(({ status }) => (status === 409 ? { status: 201, body: { id: 'made-up' } } : {})),
    'users.user-name-unique',
    'users.user-name-case',
    'put.unique',
    'replace.unique',
  ),
  known(
    'it does not store photos',
    alterResources((one) => dropKeys(one, (key) => key === 'photos')),
    'users.photos',
  ),
  known(
    'it returns the password',
    alterAnswer(({ body }, { method, body: sent }) =>
      method === 'POST' && sent?.password ? { body: { ...body, password: sent.password } } : {},
    ),
    'password.create',
  ),
  known(
    'it does not store the enterprise extension',
    alterResources((one) => dropKeys(one, (key) => key === ENTERPRISE)),
    'enterprise.kept',
    'enterprise.manager',
  ),
  known(
    'it does not store members',
    at(
      /^\/Groups/,
      alterResources((one) => dropKeys(one, (key) => key === 'members')),
    ),
    'groups.members',
    'add.member',
  ),
  known(
    'the status of errors is a number',
    alterAnswer(({ status, body }) => (status >= 400 ? { body: { ...body, status } } : {})),
    'errors.status',
  ),
  known(
    'errors are HTML pages',
    alterAnswer(({ status }) =>
      status >= 400 ? { headers: { 'content-type': 'text/html' }, body: '<h1>Sorry</h1>' } : {},
    ),
    'errors.shape',
    'errors.media-type',
    'retrieve.unknown',
    'put.unknown',
    'delete.unknown',
  ),
  known(
    'responses have the media type application/json',
    alterAnswer(({ headers }) => ({ headers: { ...headers, 'content-type': 'application/json' } })),
    'media.answer',
    'config.get',
  ),
  known(
    'a creation returns 200',
    alterAnswer(({ status }) => (status === 201 ? { status: 200 } : {})),
    'create.status',
    'create.group-status',
  ),
  known(
    'it does not send Location',
    alterAnswer(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'location') })),
    'create.location',
    'create.location-path',
  ),
  known(
    'the client chooses the id',
    alterAnswer(({ status, body }, { body: sent }) =>
      status === 201 && sent?.id ? { body: { ...body, id: sent.id } } : {},
    ),
    'create.id',
  ),
  known(
    'a request for an unknown resource returns 200',
    alterAnswer(({ status }) => (status === 404 ? { status: 200, body: {} } : {})),
    'retrieve.unknown',
    'errors.unknown-endpoint',
    'delete.gone',
    'put.unknown',
    'patch.unknown',
  ),
];
