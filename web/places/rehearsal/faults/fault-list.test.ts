import { expect, test } from 'vitest';
import { faultNames, faultNumbers, isOn, noFaults, numbersOf, switchedOn } from './fault-list.ts';

test('switches each fault on with its numbers, and off again', () => {
  for (const name of faultNames) {
    const faults = { ...noFaults, ...switchedOn(name, numbersOf(noFaults, name)) };
    expect(
      faultNames.filter((one) => isOn(faults, one)),
      name,
    ).toEqual([name]);
    const starts = Object.fromEntries(faultNumbers[name].map((one) => [one.name, one.start]));
    expect(numbersOf(faults, name), name).toEqual(starts);
    expect({ ...faults, [name]: noFaults[name] }).toEqual(noFaults);
  }
});
