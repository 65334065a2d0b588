import { readFileSync } from 'node:fs';

/**
 * Loaded before the server of the sample tenant (`--import`): moves its clock back by the milliseconds in the file that SAMPLE_CLOCK
 * names. What is provisioned then seems to have happened in the course of weeks.
 */
const path = process.env['SAMPLE_CLOCK'] ?? '';
const RealDate = Date;
const now = () => RealDate.now() - Number(readFileSync(path, 'utf8'));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as object,
  get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
});
