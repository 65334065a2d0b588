import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { performance } from 'node:perf_hooks';
import pino from 'pino';
import { setup } from '../tests/support/sqlite-setup.ts';
import { openTestRadius } from '../src/radius/decide/radius.fixture.ts';
import { addClient } from '../src/radius/decide/radius-directory.fixture.ts';
import { createLocalCheck } from '#radius/credentials/local-check.ts';
import { hashWifiPassword, newWifiPassword } from '#radius/credentials/wifi-password.ts';
import { createRadiusPolicy } from '#radius/decide/radius-policy.ts';
import { hashPassword, productionPasswordCost } from '#directory/password-hash.ts';
import { exactProcessorTime } from './speed/processor-time.ts';

/**
 * Measures the processor time and the duration of RADIUS decisions without the engine: with argon2id at the production cost, with a Wi-Fi
 * password, and both while sign-ins hang at Entra ID. Usage: `npm run bench:radius`. Other programs affect the processor time less than the
 * duration. Exits with code 1 if a decision takes more than `--limit` milliseconds of processor time while sign-ins hang.
 */
const { values } = parseArgs({
  options: {
    hanging: { type: 'string', default: '200' },
    decisions: { type: 'string', default: '40' },
    limit: { type: 'string', default: '200' },
  },
});
const decisions = Number(values.decisions);

const removeTemplate = await setup();
await using radius = await openTestRadius().finally(removeTemplate);
let asked = 0;
const silent = createServer(() => {
  asked += 1;
}).listen(0, '127.0.0.1');
await once(silent, 'listening');
const address = silent.address();
const port = typeof address === 'object' ? address?.port : undefined;

const { accounts, fleet, attempts } = radius.graph.services;
const policy = createRadiusPolicy({
  directory: radius.servers,
  accounts: { ...accounts, fleet, passwordCost: productionPasswordCost },
  attempts,
  checkLocal: createLocalCheck({ attempts }),
  entra: radius.entra.entra,
  log: pino({ level: 'silent' }),
});
const password = 'correct horse battery staple';
const ann = await radius.newUser('ann');
const wifiPassword = newWifiPassword();
radius.servers.wifiHashes.set(ann, hashWifiPassword(wifiPassword));
await radius.graph.directory.deps.database
  .updateTable('users')
  .set({ password_hash: await hashPassword(password) })
  .where('id', '=', ann)
  .execute();
addClient(radius.servers, radius.graph.organizationId, {
  clientId: 'hanging',
  identityProvider: 'entra',
  entra: { ...radius.settings, authority: `http://127.0.0.1:${port}` },
});

async function decide(clientId: string, entered: string, device: number) {
  return await policy.decide({
    clientId,
    address: '192.0.2.1',
    userName: 'ann',
    password: entered,
    method: 'pap',
    outerName: null,
    callingStation: `device ${device}`,
    calledStation: null,
  });
}

interface Measured {
  readonly processorMs: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

async function measure(entered: string): Promise<Measured> {
  const durations: number[] = [];
  const before = exactProcessorTime(process.pid);
  for (let number = 0; number < decisions; number += 1) {
    const begun = performance.now();
    const { kind } = await decide('ap', entered, number);
    if (kind !== 'accept') throw new Error(`A decision was ${kind}.`);
    durations.push(performance.now() - begun);
  }
  const sorted = durations.toSorted((one, other) => one - other);
  return {
    processorMs: (exactProcessorTime(process.pid) - before) / 1_000 / decisions,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted.at(-1) ?? 0,
  };
}

const rows: (readonly [string, Measured])[] = [];
await measure(wifiPassword);
rows.push(['argon2id', await measure(password)], ['Wi-Fi password', await measure(wifiPassword)]);
const hanging = Array.from({ length: Number(values.hanging) }, (_, device) =>
  decide('hanging', password, 1_000 + device),
);
rows.push(['argon2id while sign-ins hang', await measure(password)]);
rows.push(['Wi-Fi password while sign-ins hang', await measure(wifiPassword)]);
const unanswered = await Promise.all(hanging);
const cell = (ms: number) => ms.toFixed(1);
console.log('| decision | processor time in ms | median in ms | slowest in ms |\n| --- | --- | --- | --- |');
for (const [name, { processorMs, medianMs, slowestMs }] of rows) {
  console.log(`| ${name} | ${cell(processorMs)} | ${cell(medianMs)} | ${cell(slowestMs)} |`);
}
console.log(
  `\n${values.hanging} sign-ins: ${asked} reached Entra ID, ${unanswered.filter(({ kind }) => kind === 'silence').length} got no reply.`,
);
silent.closeAllConnections();
silent.close();
if (rows.some(([, { processorMs }]) => processorMs > Number(values.limit))) process.exitCode = 1;
