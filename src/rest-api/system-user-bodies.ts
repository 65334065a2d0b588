import { z } from 'zod';
import { systemUserPostSchema, systemUserPutSchema } from '#directory/system-user-fields.ts';
import { describeFields, fieldTextsOf } from './describe-fields.ts';
import { LIMIT_DEFAULT, searchBodySchema, SEARCH_LIMIT_MAX } from './list-query.ts';
import { listQuery } from './schemas.ts';
import { systemUserBodyTexts } from './system-user-texts.ts';

// This module contains the schemas of the bodies and queries of requests that search, create, change and delete users.

/** The fields for which null and an empty text mean the same as omitting the field. */
const nullableAsAbsent = Object.entries(systemUserPutSchema.shape)
  .filter(([, schema]) => {
    const { success, data } = schema.safeParse(null);
    return success && data === undefined;
  })
  .map(([name]) => name);

export const newUserBody = describeFields(systemUserPostSchema, systemUserBodyTexts).meta({
  id: 'newsystemuser',
  description: 'A new user. A field that is null counts as not sent.',
});

export const userChangeBody = describeFields(systemUserPutSchema, systemUserBodyTexts).meta({
  id: 'systemuserchange',
  description: `The fields to change. Fields that are not sent keep their values, and null removes a value; but null counts as not sent in ${new Intl.ListFormat('en').format(nullableAsAbsent)}.`,
});

const precedence = 'Default: the query parameter of the same name.';

export const searchBody = describeFields(searchBodySchema, {
  limit: `The maximum number of results, from 0; more than ${SEARCH_LIMIT_MAX} counts as ${SEARCH_LIMIT_MAX}. Default: the query parameter, or ${LIMIT_DEFAULT}.`,
  skip: `The number of results to skip: 0 to 10,000,000. ${precedence}`,
  sort: `The fields to sort by, as a list or separated by spaces or commas; a leading - reverses the order. ${precedence}`,
  fields: `The names of the fields to return, as a list or separated by spaces or commas; the id is always returned. ${precedence}`,
  filter: `Conditions: {"and": […]}, {"or": […]} or a list, of texts such as department:eq:Sales and objects such as {"department": "Sales"}. ${precedence}`,
  searchFilter: `A term to find, and the fields to search. Default: the query parameter search.`,
  'searchFilter.searchTerm': 'The term to find, or a list of terms; at least one of them has to be found.',
  'searchFilter.fields':
    'The fields to search, as a list or separated by spaces or commas. Default: username, email, firstname, lastname, displayname and employeeIdentifier.',
});

export const searchQuery = describeFields(listQuery, {
  ...fieldTextsOf(listQuery),
  limit: `The maximum number of results, from 0; more than ${SEARCH_LIMIT_MAX} counts as ${SEARCH_LIMIT_MAX}. Default: ${LIMIT_DEFAULT}.`,
});

export const validationQuery = describeFields(z.looseObject({ fullValidationDetails: z.string().optional() }), {
  fullValidationDetails:
    'password: the error lists every password rule that the password breaks. Default: only the first rule.',
});

export const deletionQuery = describeFields(z.looseObject({ cascade_manager: z.string().max(24).optional() }), {
  cascade_manager:
    'The id of the user who becomes the manager of those who report to the deleted user; null for no manager. Default: they keep the id of the deleted user.',
});
