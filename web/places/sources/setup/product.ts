import type { Source } from '../../../data/sources.ts';
import type { Words } from '../../../words/words.tsx';
import type { LoggedRequest } from '../queries.ts';

/** The products whose screens the set-up names. */
export const products = ['entra', 'okta', 'other'] as const;
export type Product = (typeof products)[number];

/** The products by the names that the server gives to clients. */
const clients: Readonly<Record<string, Product>> = { 'Microsoft Entra ID': 'entra', Okta: 'okta' };

/** Returns the product of a source: the one that sends its requests, or else the one that its name says. */
export function productOf({ name }: Pick<Source, 'name'>, newest: readonly Pick<LoggedRequest, 'client'>[]): Product {
  const client = newest.find((request) => request.client !== null)?.client;
  if (client != null) return clients[client] ?? 'other';
  if (/okta/i.test(name)) return 'okta';
  return /entra|azure|microsoft/i.test(name) ? 'entra' : 'other';
}

/** Returns the name of the product in sentences; the name of the source if the set-up does not name its screens. */
export function productName(product: Product, { name }: Pick<Source, 'name'>, { sources }: Words): string {
  return product === 'other' ? name : sources.setup.products[product];
}

/** Returns the URL to enter in a product: only Entra ID needs the flag in the query. */
export function baseUrlOf(product: Product, { tenantUrl }: Pick<Source, 'tenantUrl'>): string {
  if (product === 'entra') return tenantUrl;
  const { origin, pathname } = new URL(tenantUrl);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}
