import type { Handler } from '../call';
import * as filters from './filters';
import * as filterShares from './filterShares';
import * as language from './languageHandlers';
import type { searchOperations } from './operations';
import * as privacy from './privacyHandlers';
import * as search from './searchHandlers';

export const searchHandlers: Readonly<Record<keyof typeof searchOperations, Handler>> = {
  'GET /rest/api/3/search': search.removedSearch,
  'POST /rest/api/3/search': search.removedSearch,
  'GET /rest/api/3/search/jql': search.searchByUrl,
  'POST /rest/api/3/search/jql': search.searchByBody,
  'POST /rest/api/3/search/approximate-count': search.approximateCount,
  'POST /rest/api/3/jql/match': search.match,
  'POST /rest/api/3/jql/parse': language.parse,
  'POST /rest/api/3/jql/pdcleaner': privacy.cleanPersonalData,
  'POST /rest/api/3/jql/sanitize': privacy.sanitize,
  'GET /rest/api/3/jql/autocompletedata': language.autocompleteData,
  'POST /rest/api/3/jql/autocompletedata': language.autocompleteDataOf,
  'GET /rest/api/3/jql/autocompletedata/suggestions': language.suggestions,
  'GET /rest/api/3/issue/picker': search.picker,
  'POST /rest/api/3/filter': filters.create,
  'GET /rest/api/3/filter/defaultShareScope': filterShares.getDefaultScope,
  'PUT /rest/api/3/filter/defaultShareScope': filterShares.setDefaultScope,
  'GET /rest/api/3/filter/favourite': filters.favourites,
  'GET /rest/api/3/filter/my': filters.mine,
  'GET /rest/api/3/filter/search': filters.search,
  'GET /rest/api/3/filter/{id}': filters.get,
  'PUT /rest/api/3/filter/{id}': filters.update,
  'DELETE /rest/api/3/filter/{id}': filters.remove,
  'GET /rest/api/3/filter/{id}/columns': filters.getColumns,
  'PUT /rest/api/3/filter/{id}/columns': filters.setColumns,
  'DELETE /rest/api/3/filter/{id}/columns': filters.resetColumns,
  'PUT /rest/api/3/filter/{id}/favourite': filters.favour,
  'DELETE /rest/api/3/filter/{id}/favourite': filters.unfavour,
  'PUT /rest/api/3/filter/{id}/owner': filterShares.setOwner,
  'GET /rest/api/3/filter/{id}/permission': filterShares.list,
  'POST /rest/api/3/filter/{id}/permission': filterShares.add,
  'GET /rest/api/3/filter/{id}/permission/{permissionId}': filterShares.get,
  'DELETE /rest/api/3/filter/{id}/permission/{permissionId}': filterShares.remove,
};
