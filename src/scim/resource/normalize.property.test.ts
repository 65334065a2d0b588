import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.ts';
import { compileResourceSchema } from '#scim/schema/resource-schema.ts';
import { acceptedBody, anyJson, likelyBody } from './body.fixture.ts';
import { normalizeResource } from './normalize.ts';

const schemas = [compileResourceSchema('User'), compileResourceSchema('Group')];
const ignore = { unknownAttributes: 'ignore' } as const;

describe('normalizeResource', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.oneof(likelyBody, acceptedBody), (schema, body) => {
        try {
          const { document } = normalizeResource(schema, body, ignore);
          expect(normalizeResource(schema, document, ignore)).toEqual({ document, ignored: [] });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
    );
  });

  it('throws only AppError for any body, and does not modify Object.prototype', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.oneof(anyJson, likelyBody), (schema, body) => {
        const before = Object.getOwnPropertyNames(Object.prototype).length;
        try {
          const { document } = normalizeResource(schema, body, ignore);
          expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
      }),
      { numRuns: 1_000 },
    );
  });
});
