import { answer, at, resources, alterRequest, type Body } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const resourceFaults: readonly KnownFault[] = [
  known(
    'no meta',
    resources((one) => dropKeys(one, (key) => key === 'meta')),
    'attributes.resource-type',
    'attributes.location',
    'list.resources',
  ),
  known(
    'no schemas',
    resources((one) => dropKeys(one, (key) => key === 'schemas')),
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
    'booleans as text',
    resources((one) => ({ ...one, ...(one.active !== undefined && { active: String(one.active) }) })),
    'types.boolean',
  ),
  known(
    'a primary is never taken back',
    resources((one) => ({
      ...one,
      ...(one.emails && { emails: one.emails.map((mail: Body) => ({ ...mail, primary: true })) }),
    })),
    'multi-valued.new-primary',
  ),
  known(
    'two primaries are taken',
    answer(({ status }, { body: sent }) =>
      status === 400 && sent?.emails?.length === 2 ? { status: 201, body: { ...sent, id: 'made-up' } } : {},
    ),
    'multi-valued.one-primary',
  ),
  known(
    'null is refused',
    refuse(({ body }) => JSON.stringify(body ?? {}).includes(':null'), 400, 'invalidValue'),
    'unassigned.null',
    'unassigned.put-null',
    'entra.with-flag.create-with-nulls',
  ),
  known(
    'no name is unique',
    answer(({ status }) => (status === 409 ? { status: 201, body: { id: 'made-up' } } : {})),
    'users.user-name-unique',
    'users.user-name-case',
    'put.unique',
    'replace.unique',
  ),
  known(
    'the photo is lost',
    resources((one) => dropKeys(one, (key) => key === 'photos')),
    'users.photos',
  ),
  known(
    'the password is returned',
    answer(({ body }, { method, body: sent }) =>
      method === 'POST' && sent?.password ? { body: { ...body, password: sent.password } } : {},
    ),
    'password.create',
  ),
  known(
    'the enterprise extension is lost',
    resources((one) => dropKeys(one, (key) => key === ENTERPRISE)),
    'enterprise.kept',
    'enterprise.manager',
  ),
  known(
    'members are lost',
    at(
      /^\/Groups/,
      resources((one) => dropKeys(one, (key) => key === 'members')),
    ),
    'groups.members',
    'add.member',
  ),
  known(
    'the status of errors is a number',
    answer(({ status, body }) => (status >= 400 ? { body: { ...body, status } } : {})),
    'errors.status',
  ),
  known(
    'errors are pages',
    answer(({ status }) => (status >= 400 ? { headers: { 'content-type': 'text/html' }, body: '<h1>Sorry</h1>' } : {})),
    'errors.shape',
    'errors.media-type',
    'retrieve.unknown',
    'put.unknown',
    'delete.unknown',
  ),
  known(
    'answers are application/json',
    answer(({ headers }) => ({ headers: { ...headers, 'content-type': 'application/json' } })),
    'media.answer',
    'config.get',
  ),
  known(
    'created is answered 200',
    answer(({ status }) => (status === 201 ? { status: 200 } : {})),
    'create.status',
    'create.group-status',
  ),
  known(
    'no Location',
    answer(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'location') })),
    'create.location',
    'create.location-path',
  ),
  known(
    'the client chooses the id',
    answer(({ status, body }, { body: sent }) =>
      status === 201 && sent?.id ? { body: { ...body, id: sent.id } } : {},
    ),
    'create.id',
  ),
  known(
    'what does not exist is answered 200',
    answer(({ status }) => (status === 404 ? { status: 200, body: {} } : {})),
    'retrieve.unknown',
    'errors.unknown-endpoint',
    'delete.gone',
    'put.unknown',
    'patch.unknown',
  ),
];
