import type { Database } from '#database/database.ts';

/** An address that sent an X-Forwarded-For or Forwarded header that is not trusted. */
export interface UnnamedProxy {
  readonly address: string;
  readonly header: string;
  readonly lastSeenAt: Date;
}

/** Records that an address sent a header that is not trusted. Keeps only the `rowsMax` addresses that were seen most recently. */
export async function noteUnnamedProxy(
  database: Database,
  { address, header }: Pick<UnnamedProxy, 'address' | 'header'>,
  { now, rowsMax }: { readonly now: Date; readonly rowsMax: number },
): Promise<void> {
  const seen = now.getTime();
  await database
    .insertInto('unnamed_proxies')
    .values({ address, header, first_seen_at: seen, last_seen_at: seen })
    .onConflict((conflict) => conflict.column('address').doUpdateSet({ header, last_seen_at: seen }))
    .execute();
  await database
    .deleteFrom('unnamed_proxies')
    .where('address', 'not in', (kept) =>
      kept
        .selectFrom('unnamed_proxies')
        .select('address')
        .orderBy('last_seen_at', 'desc')
        .orderBy('address')
        .limit(rowsMax),
    )
    .execute();
}

/** Returns the addresses that have sent an untrusted header since a time, most recent first. */
export async function listUnnamedProxies(database: Database, since: Date): Promise<readonly UnnamedProxy[]> {
  const rows = await database
    .selectFrom('unnamed_proxies')
    .selectAll()
    .where('last_seen_at', '>=', since.getTime())
    .orderBy('last_seen_at', 'desc')
    .orderBy('address')
    .execute();
  return rows.map((row) => ({ address: row.address, header: row.header, lastSeenAt: new Date(row.last_seen_at) }));
}
