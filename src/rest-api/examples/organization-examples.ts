import { productVersion } from '#base/product-version.ts';
import { presetRules } from '#integrations/rules.ts';
import { showSettings } from '#organizations/original-settings.ts';
import { parseSettings, settingDefinitions, settingLimits } from '#organizations/settings.ts';
import { created, ids, modified, placeholders, type Examples } from './example.ts';

const base = '/api/organizations';
const organization = { _id: ids.organization, id: ids.organization, displayName: 'Contoso' };
const changedSettings = { passwordMinLength: 12, timeZone: 'Europe/Berlin' };
const settings = showSettings({ ...parseSettings('{}'), ...changedSettings });
const integration = {
  id: ids.integration,
  name: 'Entra ID',
  rules: { ...presetRules('strict'), userName: 'any' },
  tenantUrl: 'https://directory.contoso.com/scim/v2/?aadOptscim062020',
  createdAt: created,
  lastRequestAt: modified,
  lastRequestFlagged: true,
};
const links = '/api/users/:id/organizationlinks';
const link = { organizationId: ids.otherOrganization, role: 'Help Desk' };

/** Examples of the operations on organizations, on links between them and on integrations, and of the operations that describe the API. */
export const organizationExamples: Examples = {
  [`GET ${base}`]: { answer: { totalCount: 1, results: [organization] } },
  'POST /api/search/organizations': { body: {}, answer: { totalCount: 1, results: [organization] } },
  [`POST ${base}`]: {
    body: {
      name: 'Contoso Austria',
      rules: 'standard',
      administratorEmail: 'it.at@contoso.com',
      linked: true,
      password: placeholders.password,
    },
    answer: { _id: ids.otherOrganization, id: ids.otherOrganization, displayName: 'Contoso Austria' },
  },
  [`GET ${base}/:id`]: { answer: { ...organization, settings } },
  [`GET ${base}/:id/settings`]: {
    answer: {
      totalCount: 1,
      results: [
        {
          name: 'passwordMinLength',
          value: 12,
          default: 8,
          ...settingLimits('passwordMinLength'),
          description: settingDefinitions.passwordMinLength.description,
        },
      ],
    },
  },
  [`PUT ${base}/:id`]: {
    body: { displayName: 'Contoso', settings: changedSettings },
    answer: { ...organization, settings },
  },
  'GET /api/server': {
    answer: {
      version: productVersion,
      database: {
        product: 'SQLite',
        version: '3.50.4',
        schema: '044-search-forms',
        bytes: 734_003_200,
        freeBytes: 52_613_349_376,
      },
      countedAt: modified,
    },
  },
  'GET /api/server/health': {
    answer: {
      checkedAt: modified,
      results: [{ check: 'configuration', status: 'ok', detail: 'every setting is known and valid' }],
    },
  },
  'GET /api/integrations': { answer: [integration] },
  'POST /api/integrations': {
    body: { name: 'Entra ID', preset: 'strict', rules: { userName: 'any' } },
    answer: { ...integration, lastRequestAt: null, lastRequestFlagged: null },
  },
  'GET /api/integrations/activity': {
    answer: {
      since: '2026-02-02T14:05:00.000Z',
      countedAt: modified,
      results: [
        {
          id: ids.integration,
          name: 'Entra ID',
          lastRequestAt: modified,
          lastRequestFlagged: true,
          usualIntervalMinutes: 40,
          isSilent: false,
          requests: 312,
          refused: 3,
          connectionTests: 3,
          lastConnectionTestAt: modified,
          lastRefusal: {
            id: ids.request,
            at: modified,
            reason: 'emailRequired',
            title: 'The primary email is missing',
          },
          people: 2014,
          groups: 86,
        },
      ],
    },
  },
  'GET /api/integrations/:id': { answer: integration },
  'PUT /api/integrations/:id': { body: { rules: { userName: 'any' } }, answer: integration },
  'GET /api/default-rules': { answer: { preset: 'strict', rules: presetRules('strict') } },
  'PUT /api/default-rules': {
    body: { preset: 'strict', rules: { email: 'optional' } },
    answer: { preset: null, rules: { ...presetRules('strict'), email: 'optional' } },
  },
  [`GET ${links}`]: { answer: [link] },
  [`PUT ${links}/:organizationId`]: { body: { role: 'Help Desk', password: placeholders.password }, answer: link },
  'GET /api/administratorlinks': {
    answer: [
      {
        administratorId: ids.administrator,
        email: 'it@contoso.com',
        organizationId: ids.organization,
        role: 'Help Desk',
      },
    ],
  },
  'GET /api/openapi.json': {
    answer: { openapi: '3.1.1', info: { title: 'Tanhua REST API', version: productVersion }, paths: {} },
  },
  'GET /api/docs': { texts: { 'text/html': '<!doctype html><html lang="en">…</html>' } },
};
