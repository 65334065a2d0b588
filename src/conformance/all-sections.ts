import type { Section } from './check.ts';
import {
  attributeNamesSection,
  dataTypesSection,
  multiValuedSection,
  unassignedSection,
} from './checks/attribute-rules.ts';
import { authenticationSection } from './checks/authentication.ts';
import { bulkLimitsSection } from './checks/bulk-limits.ts';
import { bulkReferencesSection } from './checks/bulk-references.ts';
import { bulkSection, bulkErrorsSection } from './checks/bulk.ts';
import { generalAttributesSection } from './checks/general-attributes.ts';
import { coreSchemasSection } from './checks/core-schemas.ts';
import { createSection } from './checks/create.ts';
import { cursorPagingSection, cursorErrorsSection, paginationConfigSection } from './checks/cursor-paging.ts';
import { deleteSection } from './checks/delete.ts';
import { discoverySection } from './checks/discovery.ts';
import { enterpriseUsersSection } from './checks/enterprise-users.ts';
import { entraGroupsSection, entraGroupsWithFlagSection } from './checks/entra-groups.ts';
import { entraUsersSection, entraUsersWithFlagSection } from './checks/entra-users.ts';
import { errorsSection } from './checks/errors.ts';
import {
  filterLogicSection,
  valuePathsSection,
  filterDatesSection,
  invalidFiltersSection,
} from './checks/filter-logic.ts';
import { filterOperatorsSection } from './checks/filter-operators.ts';
import { groupsSection } from './checks/groups.ts';
import { indexPagingSection } from './checks/index-paging.ts';
import { listSection } from './checks/list.ts';
import { meSection } from './checks/me.ts';
import { mediaTypesSection } from './checks/media-types.ts';
import { patchAddSection } from './checks/patch-add.ts';
import { patchRemoveSection } from './checks/patch-remove.ts';
import { patchReplaceSection } from './checks/patch-replace.ts';
import { patchRequestsSection } from './checks/patch-requests.ts';
import { projectionSection } from './checks/projection.ts';
import { replaceSection } from './checks/replace.ts';
import { resourceTypesSection } from './checks/resource-types.ts';
import { retrieveSection } from './checks/retrieve.ts';
import { schemaDefinitionsSection } from './checks/schema-definitions.ts';
import { searchSection, rootQuerySection } from './checks/search.ts';
import { serviceProviderConfigSection } from './checks/service-provider-config.ts';
import { sortSection } from './checks/sort.ts';
import { usersSection, passwordSection } from './checks/users.ts';
import { versionsSection } from './checks/versions.ts';

/** All checks, in the order in which they run. The features that other checks rely on are tested first. */
export const allSections: readonly Section[] = [
  authenticationSection,
  serviceProviderConfigSection,
  discoverySection,
  resourceTypesSection,
  schemaDefinitionsSection,
  coreSchemasSection,
  generalAttributesSection,
  attributeNamesSection,
  dataTypesSection,
  multiValuedSection,
  unassignedSection,
  usersSection,
  passwordSection,
  enterpriseUsersSection,
  groupsSection,
  errorsSection,
  mediaTypesSection,
  createSection,
  retrieveSection,
  listSection,
  filterOperatorsSection,
  filterLogicSection,
  valuePathsSection,
  filterDatesSection,
  invalidFiltersSection,
  sortSection,
  indexPagingSection,
  projectionSection,
  searchSection,
  rootQuerySection,
  replaceSection,
  patchRequestsSection,
  patchAddSection,
  patchRemoveSection,
  patchReplaceSection,
  deleteSection,
  bulkSection,
  bulkErrorsSection,
  bulkReferencesSection,
  bulkLimitsSection,
  meSection,
  versionsSection,
  cursorPagingSection,
  cursorErrorsSection,
  paginationConfigSection,
  entraUsersSection,
  entraUsersWithFlagSection,
  entraGroupsSection,
  entraGroupsWithFlagSection,
];
