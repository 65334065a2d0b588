import { urlReach } from '#base/public-url.ts';
import type { Source } from '../../../data/sources.ts';
import type { LoggedRequest } from '../queries.ts';
import type { Product } from './product.ts';

/** The steps of the set-up, in the order of Entra's portal. */
export const setupSteps = ['application', 'connect', 'map', 'scope', 'demand', 'start'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** What has arrived from a source. */
export interface Arrivals {
  /** The newest requests, newest first. */
  readonly newest: readonly LoggedRequest[];
  /** The newest requests that create people, newest first. */
  readonly creates: readonly LoggedRequest[];
}

/** What the set-up knows, all of it from what has arrived. */
export interface SetupState {
  readonly now: SetupStep | undefined;
  /** The newest questions about a user and a group that cannot exist. */
  readonly userTest: LoggedRequest | undefined;
  readonly groupTest: LoggedRequest | undefined;
  /** The newest request that was answered, for a product whose test is like any other request. */
  readonly answered: LoggedRequest | undefined;
  /** The newest request, if it was refused before the directory looked at its content. */
  readonly refused: LoggedRequest | undefined;
  readonly firstPerson: LoggedRequest | undefined;
  readonly refusedPerson: LoggedRequest | undefined;
}

/** What each step of the set-up receives. */
export interface SetupProps {
  readonly source: Source;
  readonly product: Product;
  /** The name of the product in sentences. */
  readonly name: string;
  readonly state: SetupState;
}

const isAccepted = ({ outcome }: LoggedRequest) => outcome === 'accepted' || outcome === 'unchanged';

interface Known {
  readonly product: Product;
  readonly source: Pick<Source, 'lastRequestAt'>;
  readonly people: number;
  readonly usualIntervalMinutes: number | null;
  readonly arrivals: Arrivals | undefined;
}

/** Finds the position in the set-up. Nothing depends on what the reader clicked, so that the set-up can be left and resumed. */
export function setupStateOf({ product, source, people, usualIntervalMinutes, arrivals }: Known): SetupState {
  const { newest = [], creates = [] } = arrivals ?? {};
  const tests = newest.filter(({ kind }) => kind === 'connectionTest');
  const userTest = tests.find(({ resourceType }) => resourceType === 'User');
  const groupTest = tests.find(({ resourceType }) => resourceType === 'Group');
  const [last] = newest;
  const refused = last !== undefined && !isAccepted(last) && last.kind !== 'create' ? last : undefined;
  const firstPerson = creates.find(isAccepted);
  const refusedPerson = creates[0] !== undefined && !isAccepted(creates[0]) ? creates[0] : undefined;
  const hasPeople = people > 0 || firstPerson !== undefined;
  const answered = newest.find(isAccepted);
  const isTested =
    product === 'entra'
      ? userTest !== undefined && groupTest !== undefined && isAccepted(userTest) && isAccepted(groupTest)
      : last !== undefined && isAccepted(last);
  // Reads are deleted after a day: a source that connected before has passed its test.
  const isConnected =
    hasPeople || creates.length > 0 || isTested || (newest.length === 0 && source.lastRequestAt !== null);
  const hasCycle = usualIntervalMinutes !== null || people > 1;
  return { now: stepNow(), userTest, groupTest, answered, refused, firstPerson, refusedPerson };

  function stepNow(): SetupStep | undefined {
    if (!isConnected) return source.lastRequestAt !== null || newest.length > 0 ? 'connect' : 'application';
    if (!hasPeople) return refusedPerson === undefined ? 'map' : 'demand';
    return hasCycle ? undefined : 'start';
  }
}

/** What may keep a source from its URL. */
export type Blocker = 'token' | 'firewall' | 'private' | 'http' | 'url';

/** Returns what may block a source if nothing arrives, most likely cause first. */
export function blockersOf(tenantUrl: string): readonly Blocker[] {
  const reach = urlReach(tenantUrl);
  if (reach === 'private') return ['private', 'token', 'url'];
  return [...(reach === 'http' ? (['http'] as const) : []), 'url', 'token', 'firewall'];
}
