import { quote } from '#base/errors.ts';
import { labelOf } from './field-names.ts';
import { defineReason, sameAdvice } from './reason.ts';

type InvalidFields = {
  readonly where: 'path' | 'query' | 'body';
  readonly fields: readonly string[];
  /** What is wrong with each field, such as `must have at most 200 characters`. */
  readonly faults: readonly string[];
};

type AnotherSite = {
  readonly site: string;
  readonly url: string;
  /** False if TANHUA_PUBLIC_URL is not set. */
  readonly isConfigured: boolean;
};

/** Reasons why a request as a whole is refused. */
export const requestReasons = {
  fieldsInvalid: defineReason({
    code: 'invalidBody',
    includesAdvice: true,
    says: ({ where, fields, faults }: InvalidFields, _nameOf, at) =>
      at === 'portal'
        ? fields.map((field, index) => `${labelOf(field)} ${faults[index] ?? 'is not valid'}.`).join(' ')
        : `The ${where} of the request is not valid: ${fields.map((field, index) => `${field}: ${faults[index] ?? 'is not valid'}`).join('; ')}.`,
    advice: () => sameAdvice('', { scim: undefined, commandLine: undefined }),
    examples: [
      { where: 'body', fields: ['firstname', 'email'], faults: ['must be a text, not a number', 'is missing'] },
    ],
  }),
  pageOfAnotherSite: defineReason({
    code: 'crossOrigin',
    says: ({ site, url }: AnotherSite, _nameOf, at) =>
      at === 'portal'
        ? 'This page was not opened at the address of the portal.'
        : `The request comes from ${quote(site)}, but the pages of this server are at ${url}.`,
    advice: ({ url, isConfigured }) =>
      sameAdvice(
        isConfigured
          ? 'Send it from those pages, or with a key instead of a cookie.'
          : 'If users open this server at another URL, set TANHUA_PUBLIC_URL to that URL.',
        { commandLine: undefined, portal: `Open ${url} instead.` },
      ),
    examples: [
      { site: 'https://evil.example', url: 'https://directory.example', isConfigured: true },
      { site: 'https://directory.example', url: 'http://127.0.0.1:8080', isConfigured: false },
    ],
  }),
} as const;
