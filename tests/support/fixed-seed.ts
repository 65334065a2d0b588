import fc from 'fast-check';

/** Makes every run of the property tests try the same cases, so that failures can be reproduced. */
fc.configureGlobal({ seed: 20_260_105 });
